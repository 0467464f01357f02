package auth

import "strings"

// What attackers try first is not a list of passwords but of pieces: a few common
// words, ways along the keyboard, numbers and years, put together. A password that
// is nothing but these is refused, whichever of the millions it is, without asking
// anybody outside.

// mostPieces is of how many common pieces a password may be made to count as
// common; five words, even frequent ones, are many.
const mostPieces = 4

// shortestWay is from how many keys on a way is one.
const shortestWay = 4

// common reports whether a password is made of common pieces alone. Capitals, and
// digits that stand for letters, make no difference.
func common(password string) bool {
	lower := strings.ToLower(password)
	return known[lower] || repeats(lower) || made(lower)
}

// plainLetters writes the digits and signs that stand for letters as these.
var plainLetters = strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b", "@", "a", "$", "s", "!", "i")

// repeats reports whether a text is a few characters again and again.
func repeats(text string) bool {
	for unit := 1; unit <= 6 && unit*2 <= len(text); unit++ {
		if strings.HasPrefix(strings.Repeat(text[:unit], len(text)/unit+1), text) {
			return true
		}
	}
	return false
}

// made reports whether a text can be cut into at most mostPieces common words and
// ways, with short numbers and signs between them; at least one of them.
func made(text string) bool {
	const never = mostPieces + 1
	letters := plainLetters.Replace(text) // as long as the text
	fillers := make([]bool, len(text)+1)  // nothing but fillers stands before this place
	fewest := make([]int, len(text)+1)    // pieces, at least one, for what stands before it
	fillers[0], fewest[0] = true, never
	for to := 1; to <= len(text); to++ {
		fewest[to] = never
		for from := range to {
			piece, before := text[from:to], fewest[from]
			if filler(piece) {
				fewest[to], fillers[to] = min(fewest[to], before), fillers[to] || fillers[from]
			}
			if fillers[from] {
				before = 0
			}
			if words[piece] || words[letters[from:to]] || way(piece) {
				fewest[to] = min(fewest[to], before+1)
			}
		}
	}
	return fewest[len(text)] < never
}

const signs = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

// filler reports whether a piece is a sign, or a number as short as a year.
func filler(piece string) bool {
	if len(piece) == 1 && strings.Contains(signs, piece) {
		return true
	}
	return len(piece) <= 4 && strings.Trim(piece, "0123456789") == ""
}

// ways are rows and columns of keyboards, the alphabet and the numbers, there and
// back.
var ways = func() []string {
	there := []string{
		"abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
		"1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "qazwsxedcrfvtgbyhnujm", "!@#$%^&*()",
	}
	both := there
	for _, one := range there {
		back := []byte(one)
		for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
			back[i], back[j] = back[j], back[i]
		}
		both = append(both, string(back))
	}
	return both
}()

// way reports whether a piece goes along one of the ways, or stays on one key.
func way(piece string) bool {
	if len(piece) < shortestWay {
		return false
	}
	if strings.Trim(piece, piece[:1]) == "" {
		return true
	}
	for _, one := range ways {
		if strings.Contains(one, piece) {
			return true
		}
	}
	return false
}

func set(text string) map[string]bool {
	list := map[string]bool{}
	for _, one := range strings.Fields(text) {
		list[one] = true
	}
	return list
}

// known are common passwords that are made of no common pieces.
var known = set(`correcthorsebatterystaple thisisapassword thisismypassword opensesame123 whatismypassword nopasswordneeded
	trustno1trustno1 jesuschrist1 leagueoflegends callofduty123 manchesterunited realmadrid123 letmeinplease1`)

// words are those of which passwords are made most often.
var words = set(`abc access account admin administrator alexander alpha amanda america andrea andrew angel angels anthony apple april arsenal
	ashley august autumn awesome azerty baby babygirl bailey banana barcelona baseball basketball batman beautiful benjamin berlin bitcoin
	blessed blink blue boston brandon buddy buster butterfly canada carlos changeit changeme charlie cheese chelsea chester chicago chicken
	chocolate christ christian christopher classic company computer cookie cool corvette cowboy cpanel dallas daniel database david december
	default diamond dolphin donald dragon eagles easy elephant elizabeth enter eternity facebook family february ferrari fire fish flower
	football forever france freedom friday friends garfield genius george germany ginger god golden golf google green guest guitar hacker
	hannah happy harley heaven hello hockey home honda horses hosting hotel house hunter iloveyou innkeeper instagram internet jackson jaguar
	january jasmine jennifer jessica jesus john jonathan jordan joseph joshua july june justin killer king kitten knight lakers lauren letmein
	linkedin linux liverpool login london looking love lovely lover loveyou lucky mail manager marina market martin master matrix matthew
	maverick melissa mercedes mexico michael michelle microsoft monday money monkey monster morgan mother mustang my myself mysql nascar natasha
	network nicholas nicole ninja nintendo nothing november october office online open oracle orange pass passphrase passw passwd password
	passwort patrick peanut pepper phoenix pizza player please plesk pokemon porsche postgres power prince princess private public purple
	qazwsx qwerty rachel raiders rainbow ranger red richard robert rock root samantha samsung saturday school scooter secret secure security
	september server service shadow silver simple slayer smith snoopy soccer sophie spider spiderman spring star starwars steelers stephanie
	student summer sunday sunshine super superman support sweet system taylor teacher temp temporary tennis test tester testing texas thank the
	this thomas thunder thursday tiger tigger time tom toor toyota trust trustno tuesday unknown user username vanessa victoria viking virginia
	warrior web webmaster website wednesday welcome whatever white william windows winner winter wizard wolf wordpress work yankees yellow you
	yourself zaq zxcvbn 1q2w3e 1qaz 2wsx 123 123abc abc123 qwe asd zxc`)

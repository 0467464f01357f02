package auth_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"innkeeper/internal/auth"
	"innkeeper/internal/fault"
)

func wantField(t *testing.T, password string, err error, code string) {
	t.Helper()
	var got string
	var declared *fault.Error
	if errors.As(err, &declared) && len(declared.Fields) > 0 {
		got = declared.Fields[0].Code
	}
	if got != code || (err == nil) != (code == "") {
		t.Errorf("CheckPassword(%.40q) = %v, want %q", password, err, code)
	}
}

func TestA01PasswordsAreLongEnough(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		password string
		shortest int
		code     string
	}{
		{"kx7 vm2 q9w", auth.MinPassword, "too-short"},
		{"kx7 vm2 q9w4", auth.MinPassword, ""},
		{"kx7 vm2 q9w4", auth.MinStaffPassword, "too-short"},
		{"kx7 vm2 q9w4 tz", auth.MinStaffPassword, ""},
		{"üöäßüöäßüöä", auth.MinPassword, "too-short"}, // characters count, not bytes
		{"grün ist die Heide", auth.MinPassword, ""},
		{"密碼密碼是四個詞語很好記", auth.MinPassword, ""},
		{strings.Repeat("four words, ", 12), auth.MinPassword, ""}, // 144 characters
		{strings.Repeat("long ", 210), auth.MinPassword, "invalid"},
		{"no text \xff\xfe at all", auth.MinPassword, "invalid"},
	} {
		wantField(t, test.password, auth.CheckPassword("/password", test.password, test.shortest), test.code)
	}
	if auth.MinPassword != 12 || auth.MinStaffPassword != 15 {
		t.Errorf("the shortest passwords have %d and %d characters, want 12 and 15", auth.MinPassword, auth.MinStaffPassword)
	}
}

// What attackers try first is refused without asking anybody outside, whatever of it
// is put together and however it is written.
func TestA01CommonPasswordsAreRefused(t *testing.T) {
	t.Parallel()
	for _, password := range strings.Split(`123456789012|111111111111|1234567890123456|qwertyuiopasdf|1q2w3e4r5t6y|1qaz2wsx3edc|zaq12wsxcde3|qwertyuiop[]|abcdefghijkl|
passwordpassword|Password1234|P@ssw0rd2026!|Passw0rd!Passw0rd|password12345678|mypassword123|MySecretPassword1|administrator|Admin123Admin123|adminadmin2024|
letmein123456|LetMeIn!LetMeIn!|welcome123456|Welcome2026!!|welcomewelcome|iloveyouiloveyou|iloveyou12345|summer2026!!!|Winter-2025-!!|December2025!|changeme1234|
trustno1trustno1|superman12345|football12345|sunshine12345|monkeymonkey1|dragon-dragon|princess12345|testtesttest|test1234test1234|user12345678|root12345678|
qwerty123456!|Qwerty!Qwerty!|azerty123456|asdfghjkl1234|zxcvbnm12345|aaaaaaaaaaaa|abababababab|xyzxyzxyzxyz|correcthorsebatterystaple|computer12345|michael12345|
987654321098|poiuytrewq12|google123456|microsoft2024|linkedin2012!|innkeeper1234|hosting-admin-1`, "|") {
		password = strings.TrimSpace(password)
		wantField(t, password, auth.CheckPassword("/password", password, auth.MinPassword), "common")
	}
	for _, password := range []string{
		"four words are easily remembered", "a long password of an admin", "correct pony battery staple", "kestrel over the harbour", "483920175566", "tr0ub4dor and 3 friends",
		"blue door, warm bread, early", "my dog eats love letters", "Zj5#kq!vB2@wR9", "summer evenings in Tartu",
	} {
		wantField(t, password, auth.CheckPassword("/password", password, auth.MinPassword), "")
	}
	wantField(t, "Mila@BlueDoor.example", auth.CheckPassword("/password", "Mila@BlueDoor.example", auth.MinPassword, "", "mila@bluedoor.example"), "own")
}

// Random passwords are not refused by the way.
func TestA01RandomPasswordsAreTaken(t *testing.T) {
	t.Parallel()
	letters := "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		password := make([]byte, 14)
		for i := range password {
			password[i] = letters[random.IntN(len(letters))]
		}
		if err := auth.CheckPassword("/password", string(password), auth.MinPassword); err != nil {
			t.Errorf("CheckPassword(%q) = %v", password, err)
		}
	}
}

// Nothing is cut off: passwords that differ behind any usual limit are two.
func TestA01LongPasswordsAreDistinct(t *testing.T) {
	t.Parallel()
	h := auth.NewHasher()
	for _, length := range []int{12, 72, 128, 256, 1000} {
		password := strings.Repeat("x", length-1)
		hash, err := h.Hash(t.Context(), password+"a")
		if err != nil {
			t.Fatal(err)
		}
		for end, want := range map[string]bool{"a": true, "b": false, "": false, "aa": false} {
			if right, err := h.Verify(t.Context(), hash, password+end); err != nil || right != want {
				t.Errorf("of %d characters, Verify with the end %q = %v, %v, want %v", length, end, right, err, want)
			}
		}
	}
}

// The cost is what OWASP asks at least, each hash with a salt of its own.
func TestA02HashesAreArgon2id(t *testing.T) {
	t.Parallel()
	h := auth.NewHasher()
	seen := map[string]bool{}
	for range 2 {
		hash, err := h.Hash(t.Context(), "four words are easily remembered")
		if err != nil {
			t.Fatal(err)
		}
		var memory, rounds, threads int
		if n, err := fmt.Sscanf(hash, "$argon2id$v=19$m=%d,t=%d,p=%d$", &memory, &rounds, &threads); n != 3 || memory < 19*1024 || rounds < 2 || threads != 1 {
			t.Errorf("the hash is %s (%v), want argon2id with 19 MiB, t=2, p=1 or more", hash, err)
		}
		if seen[hash] {
			t.Error("two hashes of one password are the same")
		}
		seen[hash] = true
	}
}

// A storm of sign-ins waits its turn: it takes the memory of a few hashes, and who
// gives up does not wait.
func TestA02StormOfHashesIsBounded(t *testing.T) { //nolint:paralleltest // it measures the memory of the process
	h := auth.NewHasher()
	hash, err := h.Hash(t.Context(), "four words are easily remembered")
	if err != nil {
		t.Fatal(err)
	}
	const storm = 100 // unbounded, 1.9 GiB at once
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range storm {
		wg.Go(func() {
			if _, err := h.Verify(t.Context(), hash, "another password"); err != nil {
				t.Errorf("Verify = %v", err)
			}
		})
	}
	go func() { wg.Wait(); close(done) }()
	hurried, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Verify(hurried, hash, "another password"); !errors.Is(err, context.Canceled) {
		t.Errorf("Verify by who has given up = %v, want canceled", err)
	}
	most := uint64(0)
	for tick := time.NewTicker(5 * time.Millisecond); ; {
		select {
		case <-done:
			tick.Stop()
			if bound := before.HeapInuse + uint64(runtime.GOMAXPROCS(0)+2)*8*19<<20; most > bound {
				t.Errorf("the storm took %d MiB, want at most %d", most>>20, bound>>20)
			}
			t.Logf("%d hashes at once took %d MiB", storm, (most-before.HeapInuse)>>20)
			return
		case <-tick.C:
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapInuse)
		}
	}
}

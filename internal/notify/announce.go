package notify

// EventAnnounce is somebody telling an account's owner that he is about to come.
const EventAnnounce = "impersonation.announce"

// announceLetter writes the mail of such a notice.
func announceLetter(n Notification) (letter, error) {
	text, err := render("announce.txt", map[string]string{"Text": shortened(n.Text, 2*longest)}) // a reason, and who gives it
	return letter{subject: "Somebody is about to sign in to your account", text: text}, err
}

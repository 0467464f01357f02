package notify

// EventAnnounce is somebody telling an account's owner that he is about to come.
const EventAnnounce = "impersonation.announce"

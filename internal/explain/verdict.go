package explain

import "github.com/tenantry/tenantry/internal/tenancy"

// Verdict is whether somebody can sign in to where they belong.
type Verdict string

// The verdicts.
const (
	Yes        Verdict = "yes"
	No         Verdict = "no"
	CannotTell Verdict = "cannot-tell"
)

// Status is what is known of a link.
type Status string

// What is known of a link.
const (
	OK      Status = "ok"
	Broken  Status = "broken"
	Unknown Status = "unknown" // it could have been read, and was not
	// Assumed is a link that no API of AWS shows: somebody else has to look.
	Assumed Status = "assumed"
	// Moot is a link that nobody comes to, for an earlier one is broken.
	Moot Status = "moot"
)

// LinkName names a link. The names stand in the order of the chain.
type LinkName string

// The links of the chain.
const (
	Enabled      LinkName = "enabled"
	Assignment   LinkName = "assignment"
	Role         LinkName = "role"
	Trust        LinkName = "trust"
	Door         LinkName = "door"
	SessionName  LinkName = "session-name"
	Registered   LinkName = "registration"
	Mirrors      LinkName = "mirrors"
	SeesAnything LinkName = "dashboards"
)

// Link is one thing that has to be so.
type Link struct {
	Name   LinkName `json:"link"`
	Status Status   `json:"status"`
	Says   string   `json:"says"` // a sentence, without a full stop
}

// Sight reports whether the link is about what somebody sees, once they are in.
func (l Link) Sight() bool { return l.Name == Mirrors || l.Name == SeesAnything }

// SignIn is the verdict about one way in.
type SignIn struct {
	// To is the namespace where they belong, "" where nothing places them.
	To      string           `json:"to,omitempty"`
	Role    string           `json:"role,omitempty"` // its name
	User    tenancy.UserName `json:"user,omitempty"`
	Verdict Verdict          `json:"verdict"`
	// Lands is the namespace to which signing in leads now, "" where it leads nowhere, or where that is not known.
	Lands string `json:"lands,omitempty"`
	// JustInTime says that QuickSight would register them there, since it knows nobody of that name.
	JustInTime bool   `json:"just_in_time,omitempty"`
	Links      []Link `json:"links"`
}

// Because is the link that decides the verdict, nil where all is in order: the first that is broken, or else the first
// of which nobody knows.
func (s SignIn) Because() *Link {
	for _, status := range []Status{Broken, Unknown} {
		for i := range s.Links {
			if l := &s.Links[i]; l.Status == status && !l.Sight() {
				return l
			}
		}
	}
	return nil
}

// Of finds a link, nil where the chain has none of that name.
func (s SignIn) Of(name LinkName) *Link {
	for i := range s.Links {
		if s.Links[i].Name == name {
			return &s.Links[i]
		}
	}
	return nil
}

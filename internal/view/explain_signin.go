package view

import "github.com/tenantry/tenantry/internal/explain"

// signIn says whether they can sign in, because of what, and the chain.
func (t *explaining) signIn(s *explain.SignIn) {
	t.out.line("")
	t.out.line("%s", t.out.style.title(verdict(s)))
	if because := s.Because(); because != nil {
		t.out.sentence("  because ", Safe(because.Says))
	}
	for _, l := range s.Links {
		if s.Because() != nil && l.Status == explain.Broken && l.Name == explain.Registered && s.Because().Name == explain.Door {
			t.out.sentence("      and ", Safe(l.Says))
		}
		if s.Verdict == explain.Yes && l.Status == explain.Broken {
			t.out.sentence("  but ", Safe(l.Says))
		}
		if s.Verdict == explain.Yes && l.Status == explain.Assumed {
			t.out.sentence("  if ", assumed(l))
		}
	}
	t.out.line("")
	for _, l := range s.Links {
		head := "    " + pad(t.status(l.Status), 8) + pad(string(l.Name), len(explain.SessionName)+2)
		t.out.sentence(head, Safe(l.Says))
	}
}

// assumed words what nobody can read as a condition.
func assumed(l explain.Link) string {
	switch l.Name {
	case explain.Assignment:
		return "they may use the application in Identity Center, which no API of AWS shows"
	case explain.Role:
		return "that role is still there"
	case explain.Enabled:
		return "they are made, and enabled"
	}
	return Safe(l.Says)
}

// verdict is the answer to the question that is asked on the phone.
func verdict(s *explain.SignIn) string {
	to := ""
	if s.To != "" {
		to = " to " + Name(s.To)
	}
	switch {
	case s.Verdict == explain.Yes && s.To == "" && s.Lands != "":
		return "Can sign in: yes, to " + Name(s.Lands) + "."
	case s.Verdict == explain.Yes:
		return "Can sign in" + to + ": yes."
	case s.Verdict == explain.CannotTell:
		return "Can sign in" + to + ": cannot tell."
	case s.JustInTime:
		return "Can sign in" + to + ": no. They would land in " + Name(s.Lands) + "."
	case s.Lands != "":
		return "Can sign in" + to + ": no. They would come to " + Name(s.Lands) + "."
	}
	return "Can sign in" + to + ": no."
}

func (t *explaining) status(s explain.Status) string {
	switch s {
	case explain.OK:
		return t.out.style.add("ok")
	case explain.Broken:
		return t.out.style.fail("broken")
	case explain.Moot:
		return t.out.style.faint("-")
	}
	return t.out.style.hold(string(s))
}

package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/explain"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Explanation shows the answer about a person, a group or a namespace: for people in words that can be read out on the
// phone, the verdict first; for programs as the document itself.
func Explanation(s *IO, f Format, o Options, a *explain.Answer) error {
	if f == JSON {
		return WriteJSON(s.Out, a)
	}
	t := &explaining{textPrinter: textPrinter{io: s, options: o, meter: newMeter(s.Now)}}
	t.out = t.page()
	switch {
	case a.Person != nil:
		t.person(a.Person)
	case a.Group != nil:
		t.group(a.Group)
	case a.Namespace != nil:
		t.namespace(a.Namespace)
	}
	t.unread(a.Unread)
	return t.out.writeTo(s.Out)
}

// explaining is an answer on its way to a page.
type explaining struct {
	textPrinter
	out *page
}

func (t *explaining) person(p *explain.Person) {
	t.who(p)
	for i := range p.SignIns {
		t.signIn(&p.SignIns[i])
	}
	t.groups(p)
	t.should(p)
	t.has(p)
	t.rest(p.Holds, p.Notes, p.Next)
	t.past(p.Past, p.Since)
}

// who says who it is.
func (t *explaining) who(p *explain.Person) {
	name := cmp.Or(p.UserName, p.Session)
	t.out.line("%s", t.out.style.title(Name(name)))
	var parts []string
	switch {
	case p.ID == "":
		parts = append(parts, "a user of QuickSight; nobody of Identity Center stands behind it, as far as tenantry can tell")
	case p.Thought:
		parts = append(parts, "not in Identity Center: this is what would become of them")
	default:
		parts = append(parts, cmp.Or(Safe(p.Email), "no e-mail address"), Safe(string(p.ID)))
	}
	if p.Disabled {
		parts = append(parts, "disabled")
	}
	if p.House {
		parts = append(parts, "the company's own")
	}
	t.out.sentence("  ", strings.Join(parts, ", "))
	if p.AsIf != "" {
		t.out.sentence("  ", t.out.style.hold("As if they were in the group "+groupName(p, p.AsIf)+". Nothing is written."))
	}
}

func groupName(p *explain.Person, id tenancy.GroupID) string {
	for _, g := range p.Groups {
		if g.Group == id {
			return Quote(g.Name)
		}
	}
	return Name(string(id))
}

// groups shows the person's groups, and what the rules make of each.
func (t *explaining) groups(p *explain.Person) {
	if p.ID == "" {
		return
	}
	t.out.section("Their groups in Identity Center")
	if len(p.Groups) == 0 {
		t.out.line("\n  none")
	}
	for _, g := range p.Groups {
		t.out.line("\n  %s%s", Quote(g.Name), t.out.style.faint(remarks(g)))
		t.trials(g.Trials)
	}
}

func remarks(g explain.Membership) string {
	text := ""
	if g.House {
		text += "  the house's"
	}
	if g.Thought {
		text += "  as if they were in it"
	}
	return text
}

// trials shows what each rule makes of a group: the one that counts first.
func (t *explaining) trials(trials []explain.Trial) {
	for _, matched := range []bool{true, false} {
		for _, r := range trials {
			switch {
			case r.Matched != matched:
			case matched:
				t.out.sentence("    "+t.out.style.add("+")+" ", fmt.Sprintf("%s: %s as %s, since %s", Safe(r.Rule), Name(r.Namespace), Name(string(r.Role)), Safe(r.Why)))
			default:
				t.out.sentence("    "+t.out.style.faint("-")+" ", t.out.style.faint(Safe(r.Rule)+": "+Safe(r.Why)))
			}
		}
	}
}

func (t *explaining) should(p *explain.Person) {
	t.out.section("What they should have")
	t.out.line("")
	if len(p.Should) == 0 {
		t.out.line("  nothing: no rule places them, or what would is held")
	}
	for _, s := range p.Should {
		text := fmt.Sprintf("%s in %s as %s", Name(string(s.User)), Name(s.Namespace), Name(string(s.Role)))
		if s.Profile != "" {
			text += ", with the custom permissions " + Quote(s.Profile)
		}
		if s.Leaving {
			text += ", suspended"
		}
		t.out.sentence("  ", text)
		for _, b := range s.Because {
			t.out.sentence("    ", t.out.style.faint(through(b)))
		}
	}
}

func (t *explaining) has(p *explain.Person) {
	t.out.section("What they have")
	if len(p.Has) == 0 {
		t.out.line("\n  nothing: they are registered nowhere")
	}
	for i := range p.Has {
		t.residence(&p.Has[i], p.Since)
	}
}

func (t *explaining) residence(r *explain.Residence, begins int64) {
	text := fmt.Sprintf("%s in %s as %s", Name(string(r.User)), Name(r.Namespace), Name(string(r.Role)))
	if r.Profile != "" {
		text += ", with the custom permissions " + Quote(r.Profile)
	}
	switch {
	case r.Suspended != 0:
		text += ", suspended since " + at(r.Suspended)
	case r.Moving:
		text += ", and what they have is parked, while another user takes this one's place"
	}
	switch r.How {
	case explain.ByName:
		text += "; under another role, and so perhaps somebody else's"
	case explain.ByFormer:
		text += "; under a role of before"
	}
	t.out.line("")
	t.out.sentence("  ", text)
	t.out.sentence("    ", t.out.style.faint(since(r.Since, begins)))
	if r.RoleSince != nil {
		t.out.sentence("    ", t.out.style.faint("the role "+turned(r.RoleSince.Entry)+" "+since(r.RoleSince, begins)))
	}
	if len(r.Groups) > 0 {
		t.out.sentence("    in QuickSight's groups ", quoted(r.Groups))
	}
	t.sees(r.Sees)
}

func quoted(names []string) string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = Quote(n)
	}
	return strings.Join(all, ", ")
}

// sees shows what somebody comes to, Region by Region: what they own, and what they see.
func (t *explaining) sees(all []explain.Seen) {
	if len(all) == 0 {
		t.out.line("    owns nothing, and sees nothing that is shared with them or their groups")
		return
	}
	shown := t.limit(len(all))
	region := ""
	for _, s := range all[:shown] {
		if s.Asset.Region != region {
			region = s.Asset.Region
			t.out.line("    in %s", Name(region))
		}
		t.out.sentence("      ", seen(s))
	}
	if rest := len(all) - shown; rest > 0 {
		t.out.line("      … and %s more (--full shows all)", number(rest))
	}
}

func seen(s explain.Seen) string {
	does := "sees"
	switch {
	case s.Owner && s.Alone:
		does = "owns alone"
	case s.Owner:
		does = "owns"
	case s.May != tenancy.Views:
		does = "may do " + Name(string(s.May)) + " with"
	}
	text := does + " the " + strings.ReplaceAll(string(s.Asset.Kind), "-", " ") + " "
	if s.Name != "" {
		text += Quote(s.Name) + " (" + Name(s.Asset.ID) + ")"
	} else {
		text += Name(s.Asset.ID)
	}
	if s.Folder != nil {
		text += ", in the folder " + Name(s.Folder.ID)
	}
	if s.Group != "" {
		text += ", through the group " + Quote(s.Group)
	}
	return text
}

// rest shows what is held, what is worth a line, and what the next apply does.
func (t *explaining) rest(holds []explain.Hold, notes []tenancy.Note, next []plan.Step) {
	lifts := map[tenancy.Hold]string{}
	var open, accepted []tenancy.Hold
	for _, h := range holds {
		lifts[h.Hold] = h.Lift
		if h.Accepted {
			accepted = append(accepted, h.Hold)
		} else {
			open = append(open, h.Hold)
		}
	}
	t.holdsWith(t.out, open, func(h tenancy.Hold) (since, lift string) { return "", lifts[h] })
	t.accepted(t.out, accepted)
	t.notes(t.out, notes)
	t.changes(t.out, bySpace(next)) // of what is about them alone
}

// unread says what could not be read.
func (t *explaining) unread(missed map[explain.Source]string) {
	var sources []string
	for s := range missed {
		sources = append(sources, string(s))
	}
	if len(sources) == 0 {
		return
	}
	slices.Sort(sources)
	t.out.section("What could not be read")
	t.out.line("")
	for _, s := range sources {
		t.out.sentence("  "+s+": ", Safe(missed[explain.Source(s)]))
	}
}

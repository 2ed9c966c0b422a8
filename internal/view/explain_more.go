package view

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/explain"
	"github.com/tenantry/tenantry/internal/plan"
)

// group shows a group: whose it is, the rules, the binding, and its members.
func (t *explaining) group(g *explain.Group) {
	t.out.line("%s", t.out.style.title("The group "+Quote(g.Name)))
	parts := []string{Safe(string(g.ID))}
	if g.Gone {
		parts = append(parts, "no longer in Identity Center; the name is that of its mirror in QuickSight")
	}
	if g.House {
		parts = append(parts, "the company's own: nobody is placed by it")
	}
	if g.Custodians {
		parts = append(parts, "by its name, its members inherit what leavers owned alone")
	}
	t.out.sentence("  ", strings.Join(parts, ", "))
	if !g.Gone {
		t.out.section("What the rules make of it")
		t.out.line("")
		t.trials(g.Trials)
	}
	t.bindings(g)
	t.members(g)
	t.rest(g.Holds, nil, g.Next)
	t.past(g.Past, g.Since)
}

func (t *explaining) bindings(g *explain.Group) {
	t.out.section("Where it is bound")
	t.out.line("")
	if len(g.Bindings) == 0 {
		t.out.line("  nowhere: it gives nobody anything")
	}
	for _, b := range g.Bindings {
		t.binding("to "+Name(b.Namespace), b)
		if b.There {
			t.out.sentence("    ", t.out.style.faint(since(b.Since, g.Since)))
		}
	}
}

func (t *explaining) binding(what string, b explain.Binding) {
	text := what + ", by the mark of the QuickSight group " + Quote(b.Mirror) + ", which has " + count(b.Members, "member", "members")
	if !b.There {
		text = what + ", once the next apply has made the QuickSight group " + Quote(b.Mirror) + ", unless that is held"
	}
	if b.Because.Role != "" {
		text += "; its people get " + Name(string(b.Because.Role))
	}
	t.out.sentence("  ", text)
}

// members shows how many of a group's people are where it says, and who is not.
func (t *explaining) members(g *explain.Group) {
	if g.Unread {
		t.out.section("Its members were not read, since no rule is for it")
		return
	}
	registered, held := 0, 0
	var others []string
	for _, m := range g.Members {
		if m.Registered {
			registered++
		}
		if len(m.Held) > 0 {
			held++
		}
		if why := memberText(m); why != "" {
			others = append(others, Name(m.UserName)+": "+why)
		}
	}
	t.out.section("Its members: %s, %s registered, %s held", number(len(g.Members)), number(registered), number(held))
	if len(others) == 0 {
		return
	}
	t.out.line("")
	shown := t.limit(len(others))
	for _, text := range others[:shown] {
		t.out.sentence("  ", text)
	}
	t.more(t.out, len(others)-shown)
}

// memberText says what is not plain about a member, "" where all is.
func memberText(m explain.Member) string {
	var parts []string
	if m.Disabled {
		parts = append(parts, "disabled")
	}
	if !m.Registered {
		parts = append(parts, "not registered there")
	}
	for _, code := range m.Held {
		parts = append(parts, "held ["+Name(string(code))+"]")
	}
	return strings.Join(parts, ", ")
}

// kinds words whose a namespace is.
var namespaceKinds = map[explain.NamespaceKind]string{
	explain.OfTenant:  "a tenant's",
	explain.OfDefault: "where QuickSight registers whoever it does not know; tenantry writes nothing there, but for a migration",
	explain.OfHouse:   "the company's own",
	explain.Unmanaged: "not tenantry's: no mark and no tag says so",
	explain.NotThere:  "not there yet",
}

// namespace shows a namespace: its status, its groups, who lives there, and what is held.
func (t *explaining) namespace(n *explain.Namespace) {
	t.out.line("%s", t.out.style.title("The namespace "+Name(n.Name)))
	parts := []string{namespaceKinds[n.Kind]}
	if n.Status != "" {
		parts = append(parts, Name(string(n.Status)))
	}
	if n.Kind == explain.OfTenant && !n.Wanted {
		parts = append(parts, "and nothing asks for it any more")
	}
	t.out.sentence("  ", strings.Join(parts, ", "))
	if n.Error != "" {
		t.out.sentence("  AWS says: ", Quote(n.Error))
	}
	if n.Kind == explain.OfTenant {
		t.out.sentence("  ", t.out.style.faint("created: "+since(n.Created, n.Since)))
	}
	t.details(n)
	t.bound(n)
	t.residents(n)
	t.rest(n.Holds, nil, nil)
	t.next(n.Next)
	t.past(n.Past, n.Since)
}

func (t *explaining) details(n *explain.Namespace) {
	if n.SignIn != "" {
		t.out.sentence("  its people sign in through ", Safe(n.SignIn))
	}
	if len(n.Custodians) > 0 {
		t.out.wrapped("  what leavers own alone goes to ", t.names(userNames(n.Custodians)))
	}
	if n.Folder != "" {
		t.out.sentence("  its own folder is ", Name(n.Folder))
	}
	for _, s := range n.Shares {
		t.out.sentence("  its groups are to see ", "the "+Name(string(s.Kind))+" "+Name(s.Region+"/"+s.ID))
	}
}

func (t *explaining) bound(n *explain.Namespace) {
	if n.Kind != explain.OfTenant && n.Kind != explain.NotThere {
		return
	}
	t.out.section("The groups that are bound to it")
	t.out.line("")
	for _, b := range n.Groups {
		name := string(b.Because.Group)
		if b.Because.GroupName != "" {
			name = Quote(b.Because.GroupName)
		}
		if name == "" {
			name = "a group for which no rule is any more"
		}
		t.binding(name, b)
	}
	if len(n.Groups) == 0 {
		t.out.line("  none")
	}
	if len(n.Hands) > 0 {
		t.out.sentence("  made by hand, and left alone: ", quoted(n.Hands))
	}
}

func (t *explaining) residents(n *explain.Namespace) {
	var roles []string
	for _, r := range slices.Sorted(maps.Keys(n.People)) {
		roles = append(roles, number(n.People[r])+" "+Name(string(r)))
	}
	t.out.section("Its people: %s registered", number(len(n.Users)))
	t.out.line("")
	if len(roles) > 0 {
		t.out.sentence("  ", strings.Join(roles, ", "))
	}
	if n.Missing > 0 {
		t.out.sentence("  ", count(n.Missing, "person", "people")+" should be here and not registered yet")
	}
	if n.Moving > 0 {
		t.out.sentence("  ", count(n.Moving, "person is", "people are")+" being replaced by another user of theirs")
	}
	var others []string
	for _, u := range n.Users {
		if !u.Wanted {
			others = append(others, Name(string(u.User)))
		}
	}
	if len(others) > 0 {
		t.out.wrapped("  whom no rule places here: ", t.names(others))
	}
}

// next counts what the next apply does in a namespace.
func (t *explaining) next(kinds map[plan.Kind]int) {
	if len(kinds) == 0 {
		return
	}
	t.out.section("What the next apply does here")
	t.out.line("")
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		t.out.sentence("  ", fmt.Sprintf("%s × %s", number(kinds[k]), Name(string(k))))
	}
}

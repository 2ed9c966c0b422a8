package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// words splits a line at spaces. A word that holds some stands in quotes.
func words(line string) []string {
	var out []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		if quoted, err := strconv.QuotedPrefix(line); err == nil {
			word, _ := strconv.Unquote(quoted)
			out = append(out, word)
			line = line[len(quoted):]
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		out = append(out, word)
		line = rest
	}
	return out
}

// list splits what commas part.
func list(text string) []string {
	var out []string
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			if whole, err := strconv.Unquote(item); err == nil {
				item = whole
			}
			out = append(out, item)
		}
	}
	return out
}

// lines calls f for each line that says something.
func lines(text string, f func(line string, indented bool)) {
	for line := range strings.Lines(text) {
		if trimmed := strings.TrimSpace(line); trimmed != "" && trimmed[0] != '#' {
			f(trimmed, line[0] == ' ')
		}
	}
}

// repeat writes out lines with {01..30}: one for each number.
func repeat(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		_, rest, found := strings.Cut(line, "{01..")
		if !found {
			b.WriteString(line)
			continue
		}
		last, _, _ := strings.Cut(rest, "}")
		n, _ := strconv.Atoi(last)
		for i := range n {
			b.WriteString(strings.ReplaceAll(line, "{01.."+last+"}", fmt.Sprintf("%02d", i+1)))
		}
	}
	return b.String()
}

// readDirectory reads lines such as
//
//	ana ana@acme.example qs:acme, qs:acme:authors (disabled)
//	group 34887428-4081-7042-c3c6-928d413009e7 qs:acme
//
// A person's id is "p-" and their user name, a group's "g-" and its name, unless a group line says
// otherwise. "-" stands for no e-mail address.
func (w *world) readDirectory(text string) {
	text = repeat(text)
	ids := map[string]tenancy.GroupID{}
	group := func(id tenancy.GroupID, name string) {
		ids[name] = id
		w.dir.Groups = append(w.dir.Groups, tenancy.Group{ID: id, Name: name})
		w.dir.Members[id] = nil
	}
	lines(text, func(line string, _ bool) {
		if fields := words(line); fields[0] == "group" {
			group(tenancy.GroupID(fields[1]), fields[2])
		}
	})
	lines(text, func(line string, _ bool) {
		fields := words(line)
		if fields[0] == "group" {
			return
		}
		line, disabled := strings.CutSuffix(line, "(disabled)")
		p := tenancy.Person{ID: tenancy.PersonID("p-" + fields[0]), UserName: fields[0], Email: strings.TrimPrefix(fields[1], "-"), Disabled: disabled}
		w.dir.People = append(w.dir.People, p)
		at := strings.Index(line, " "+fields[1]) + 1 + len(fields[1])
		for _, name := range list(line[at:]) {
			if ids[name] == "" {
				group(tenancy.GroupID("g-"+name), name)
			}
			w.dir.Members[ids[name]] = append(w.dir.Members[ids[name]], p.ID)
		}
	})
	w.dir.Sort()
}

// readQuickSight reads namespaces, each with what is in it on indented lines:
//
//	acme CREATED
//	  tag tenantry-founders g-qs:acme
//	  founded today
//	  mirror g-qs:acme qs:acme: QuickSight/ana, QuickSight/bo
//	  user QuickSight/ana READER ana@acme.example profile tag=p-ana
//	  asset dashboard/sales: QuickSight/ana owner, group tenantry-move-p-bo viewer
//	  move p-bo
//	  custodians: QuickSight/bo
//	  group by-hand
//
// A namespace is ours when it has a mirror or a tag, and is none of the house's.
func (w *world) readQuickSight(text string) {
	var all []tenancy.Tenant
	names, ours := []string{}, map[string]bool{}
	lines(text, func(line string, indented bool) {
		fields := words(line)
		if !indented {
			t := tenancy.Tenant{Status: tenancy.Created}
			t.Namespace, _ = tenancy.ParseNamespace(fields[0])
			if len(fields) > 1 {
				t.Status, t.Error = tenancy.Status(fields[1]), strings.Join(fields[2:], " ")
			}
			all, names = append(all, t), append(names, fields[0])
			return
		}
		t, name := &all[len(all)-1], names[len(names)-1]
		ours[name] = ours[name] || fields[0] == "mirror" || fields[0] == "tag"
		w.readInside(t, fields, line)
	})
	for i, t := range all {
		if ours[names[i]] && !t.Namespace.IsZero() && !w.rules.House.HasNamespace(names[i]) {
			w.have.Tenants = append(w.have.Tenants, t)
		} else {
			w.have.Foreign = append(w.have.Foreign, tenancy.Foreign{Name: names[i], Status: t.Status, Users: t.Registrations})
		}
	}
	w.have.Sort()
}

func (w *world) readInside(t *tenancy.Tenant, fields []string, line string) {
	switch fields[0] {
	case "mirror":
		m := tenancy.Mirror{Group: tenancy.GroupID(fields[1]), Name: strings.TrimSuffix(fields[2], ":")}
		m.Members = usersBehind(line)
		t.Mirrors = append(t.Mirrors, m)
	case "user":
		r := tenancy.Registration{User: tenancy.UserName(fields[1]), Role: tenancy.Role(fields[2]), Email: fields[3]}
		for _, more := range fields[4:] {
			if id, is := strings.CutPrefix(more, "tag="); is {
				r.Person = tenancy.PersonID(id)
			} else if ago, is := strings.CutPrefix(more, "suspended="); is { // minutes ago, and the profile before
				minutes, was, _ := strings.Cut(ago, ",")
				n, _ := strconv.ParseInt(minutes, 10, 64)
				r.Suspended = tenancy.Suspension{Since: w.rules.Now - 60*n, Was: was}
			} else {
				r.CustomPermissions = more
			}
		}
		t.Registrations = append(t.Registrations, r)
	case "asset":
		w.readAsset(t.Namespace, line)
	case "folder": // one that bears our tag: folder tenantry-acme: group qs:acme viewer
		id, _, _ := strings.Cut(fields[1], ":")
		w.readAsset(t.Namespace, "asset folder/"+strings.TrimSuffix(strings.TrimPrefix(line, "folder "), ":"))
		w.ours[tenancy.AssetRef{Kind: tenancy.Folder, Region: "us-east-1", ID: id}] = ""
	case "unreadable":
		w.unread[fields[1]] = true
	case "move":
		t.Parked = append(t.Parked, tenancy.Parking{Person: tenancy.PersonID(fields[1])})
	case "custodians", "custodians:":
		t.Custodians = tenancy.Mirror{Group: tenancy.CustodiansGroup, Name: tenancy.CustodiansName, Members: usersBehind(line)}
	case "group":
		t.OtherGroups = append(t.OtherGroups, fields[1])
	case "founded":
		w.young[t.Namespace] = fields[1] == "today"
	case "tag":
		if w.tags[t.Namespace] == nil {
			w.tags[t.Namespace] = map[string]string{}
		}
		value := strings.Join(fields[2:], " ")
		if fields[1] == tenancy.TagFounders {
			var ids []tenancy.GroupID
			for _, id := range fields[2:] {
				ids = append(ids, tenancy.GroupID(id))
			}
			value = tenancy.Founders(ids)
		}
		w.tags[t.Namespace][fields[1]] = value
	}
}

// usersBehind are the users behind the colon of a line.
func usersBehind(line string) (users []tenancy.UserName) {
	_, members, _ := strings.Cut(line, ": ")
	for _, user := range list(members) {
		users = append(users, tenancy.UserName(user))
	}
	return users
}

// word is a text as it stands in a line: in quotes where it must.
func word(text string) string {
	if text == "" || strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c == '"' || !strconv.IsPrint(c) }) {
		return strconv.Quote(text)
	}
	return text
}

// String is the plan as a case shows it.
func (p *pass) String() string {
	var b strings.Builder
	for _, q := range p.asked {
		about := q.Namespace.String()
		if q.Asset.ID != "" {
			about = q.Asset.String()
		}
		fmt.Fprintf(&b, "asked %s %s\n", q.Kind, about)
	}
	if len(p.Pending()) == 0 {
		fmt.Fprintln(&b, "(nothing to do)")
	}
	if len(p.Steps) > 50 {
		countSteps(&b, p.Steps)
	} else {
		for _, s := range p.Steps {
			fmt.Fprintf(&b, "%s %s\n", markText(s), changeText(s))
		}
	}
	for _, h := range p.Holds {
		fmt.Fprintln(&b, holdText("hold", h))
	}
	for _, h := range p.Accepted {
		fmt.Fprintln(&b, holdText("accepted", h))
	}
	for _, n := range p.Notes {
		fmt.Fprintf(&b, "note %s %s in %s\n", n.Code, word(n.Object), n.Namespace)
	}
	for _, u := range p.Unmanaged {
		whole := ""
		if u.Whole {
			whole = ", not ours"
		}
		fmt.Fprintf(&b, "unmanaged in %s: %d users, %d groups%s\n", u.Namespace, u.Users, u.Groups, whole)
	}
	c := p.Counts
	fmt.Fprintf(&b, "%d people: %d disabled, %d in no mapped group, %d of the house; %d right in %d tenants\n", c.People, c.Disabled, c.Unmapped, c.House, c.Right, c.Tenants)
	return b.String()
}

// countSteps says of many steps how many there are of each kind.
func countSteps(b *strings.Builder, steps []plan.Step) {
	counts := map[string]int{}
	for _, s := range steps {
		counts[fmt.Sprintf("%s %s %s %v", markText(s), s.Change.In(), s.Change.Kind(), s.Hazards)]++
	}
	for _, text := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(b, "%3d × %s\n", counts[text], text)
	}
}

func markText(s plan.Step) string {
	if s.Held != "" {
		return "held by " + string(s.Held) + ":"
	}
	return "do"
}

func holdText(word0 string, h tenancy.Hold) string {
	text := fmt.Sprintf("%s %s %s", word0, h.Code, word(h.Object))
	if h.Namespace != "" {
		text += " in " + word(h.Namespace)
	}
	if h.Access {
		text += ", still has access"
	}
	return text
}

// changeText is a step on one line: where, what, and why.
func changeText(s plan.Step) string {
	text := ""
	switch c := s.Change.(type) {
	case plan.CreateNamespace:
		if c.Again {
			text = "again"
		}
	case plan.CreateMirror:
		text = word(c.Name) + " for " + word(string(c.Group))
	case plan.Register:
		text = fmt.Sprintf("%s %s %s %s", word(string(c.User())), c.Role, c.Email, c.CustomPermissions)
	case plan.UpdateUser:
		text = word(string(c.User))
		if c.Role != c.WasRole {
			text += fmt.Sprintf(" %s → %s", c.WasRole, c.Role)
		}
		if c.Email != c.WasEmail {
			text += fmt.Sprintf(" %s → %s", c.WasEmail, c.Email)
		}
	case plan.SetCustomPermissions:
		text = fmt.Sprintf("%s %q → %q", word(string(c.User)), c.Was, c.Profile)
	case plan.AddMember:
		text = word(string(c.User)) + " to " + word(c.Mirror)
	case plan.LowerRole:
		text = fmt.Sprintf("%s %s → %s", word(string(c.User)), c.Was, c.Role)
	case plan.RemoveMember:
		text = word(string(c.User)) + " from " + word(c.Mirror)
	case plan.RemoveRegistration:
		text = word(string(c.User))
		if c.Back != "" {
			text += ", back as " + word(string(c.Back))
		}
	case plan.Suspend:
		text = fmt.Sprintf("%s %q → %q", word(string(c.User)), c.Was, c.Profile)
	case plan.Resume:
		text = fmt.Sprintf("%s %q → %q", word(string(c.User)), c.Was, c.Profile)
	case plan.BeginMove:
		text = word(string(c.User))
	case plan.HandOver:
		text = word(string(c.User)) + " " + c.Asset.String()
	case plan.Park:
		text = fmt.Sprintf("%s %s %s", word(string(c.User)), c.Access, c.Asset)
	case plan.GiveBack:
		text = fmt.Sprintf("%s %s %s", word(string(c.User)), c.Access, c.Asset)
	case plan.Unpark:
		text = word(string(c.Person)) + " " + c.Asset.String()
	case plan.EndMove:
		text = word(string(c.Person))
	case plan.CreateFolder:
		text = c.Asset().String()
	case plan.OpenFolder:
		text = fmt.Sprintf("%s to %s as %s", c.Asset(), word(c.Mirror), c.May)
	}
	text = strings.TrimSpace(fmt.Sprintf("%s %s %s", s.Change.In(), s.Change.Kind(), text))
	if slices.Contains(s.Hazards, plan.ManyAdditions) || slices.Contains(s.Hazards, plan.ManyNamespaces) {
		text += fmt.Sprintf(" %v", s.Hazards)
	}
	if s.Because.Rule != "" {
		rule, _, _ := strings.Cut(s.Because.Rule, " ")
		text += fmt.Sprintf("   # %s %s", rule, word(s.Because.GroupName))
	}
	return text
}

package scim

import (
	"iter"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/attributes"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// pageMax is how many a list holds, and holds by default.
const pageMax = 100

// The combinations of attributes that lists can be filtered by; each in the order of names.
var (
	userFilters = [][]string{{"username"}, {"externalid"}, {"id"}, {"manager"}, {"groups.value"}, {"id", "manager"},
		{"manager.value"}, {"id", "manager.value"}}
	groupFilters = [][]string{{"displayname"}, {"externalid"}, {"id"}, {"members"}, {"id", "members"},
		{"members.value"}, {"id", "members.value"}, {"member"}, {"id", "member"}}
)

// window is the part of a list that is asked for.
type window struct {
	list   string // with everything that selects its rows
	filter filter
	count  int
	after  string
	cursor bool // pages are asked for
}

var cursorForm = regexp.MustCompile(`^[-a-zA-Z0-9+=/:_]*$`)

// window reads the parameters of a list.
func (s service) window(r *wire.Request, combinations [][]string) (w window, err error) {
	text := r.Query.Get("filter")
	w = window{list: world.Key("scim", r.Op.Name, text), count: pageMax, cursor: r.Query.Has("cursor")}
	if w.filter, err = parseFilter(text, combinations); err != nil {
		return w, err
	}
	if r.Query.Has("count") {
		if w.count, err = strconv.Atoi(r.Query.Get("count")); err != nil || w.count < 1 || w.count > pageMax {
			return w, invalid("count must be a number from 1 to %d.", pageMax)
		}
	}
	cursor := r.Query.Get("cursor")
	after, ok := s.w.Continue(w.list, cursor)
	if !ok || !cursorForm.MatchString(cursor) {
		return w, invalid("The cursor is invalid.")
	}
	w.after = after
	return w, nil
}

// page answers the window of rows that fit.
func page[V any](s service, w window, rows iter.Seq2[string, V], fits func(V) bool, view func(V) map[string]any) answer {
	fitting := func(yield func(string, V) bool) {
		for key, row := range rows {
			if fits(row) && !yield(key, row) {
				return
			}
		}
	}
	values, last := world.Page[V](fitting, w.count)
	resources := make([]any, 0, len(values))
	for _, v := range values {
		resources = append(resources, view(v))
	}
	out := map[string]any{"schemas": []any{listSchema}, "itemsPerPage": len(values), "Resources": resources}
	switch {
	case !w.cursor:
		out["totalResults"], out["startIndex"] = len(values), 1
	case last != "":
		out["nextCursor"] = s.w.Token(w.list, last)
	}
	return answer{200, out}
}

// moment is the moment as of which lists show the store.
func (s service) moment() world.View { return s.w.View("scim") }

// one gives the row of one id.
func one[V any](t *world.Table[V], id, after string, v world.View) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		if row, ok := t.GetAt(id, v); ok && id > after {
			yield(id, row)
		}
	}
}

func (s service) listUsers(r *wire.Request) (a answer, err error) {
	w, err := s.window(r, userFilters)
	if err != nil {
		return a, err
	}
	d := s.w.Directory
	rows := d.Users().After(w.after, s.moment())
	if name, ok := w.filter["username"]; ok {
		id, _ := d.UserID(name)
		rows = one(d.Users(), id, w.after, s.moment())
	} else if id, ok := w.filter["id"]; ok {
		rows = one(d.Users(), id, w.after, s.moment())
	}
	return page(s, w, rows, func(p world.Person) bool { return s.userFits(p, w.filter) }, s.user), nil
}

func (s service) userFits(p world.Person, f filter) bool {
	for _, name := range slices.Sorted(maps.Keys(f)) {
		is := true
		switch value := f[name]; name {
		case "externalid":
			is = externalID(p.ExternalIDs) == value
		case "manager", "manager.value":
			is = managerOf(p) == value
		case "groups.value":
			_, is = s.w.Directory.Membership(value, p.ID, s.moment())
		}
		if !is {
			return false
		}
	}
	return true
}

// managerOf gives the id of a user's manager.
func managerOf(p world.Person) string {
	enterprise := attributes.Clone(attributes.Clone(p.Attributes["Extensions"])[attributes.Enterprise])
	id, _ := attributes.Clone(enterprise["manager"])["value"].(string)
	return id
}

func (s service) listGroups(r *wire.Request) (a answer, err error) {
	w, err := s.window(r, groupFilters)
	if err != nil {
		return a, err
	}
	d := s.w.Directory
	rows := d.Groups().After(w.after, s.moment())
	if name, ok := w.filter["displayname"]; ok {
		id, _ := d.GroupID(name)
		rows = one(d.Groups(), id, w.after, s.moment())
	} else if id, ok := w.filter["id"]; ok {
		rows = one(d.Groups(), id, w.after, s.moment())
	}
	user, byMember := memberIn(w.filter)
	if byMember {
		if err := s.has(user); err != nil {
			return a, err
		}
	}
	fits := func(g world.DirectoryGroup) bool {
		if byMember {
			if _, is := d.Membership(g.ID, user, s.moment()); !is {
				return false
			}
		}
		external, named := w.filter["externalid"]
		return !named || externalID(g.ExternalIDs) == external
	}
	return page(s, w, rows, fits, s.group), nil
}

// memberIn gives the member that a filter names, by any of the names that the guide uses.
func memberIn(f filter) (string, bool) {
	for name, value := range f {
		if strings.HasPrefix(name, "member") {
			return value, true
		}
	}
	return "", false
}

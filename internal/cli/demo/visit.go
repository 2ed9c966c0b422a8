package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// visit is what came of somebody's signing in.
type visit struct {
	refused         bool
	namespace, role string
	things          []thing
}

// thing is something that somebody sees.
type thing struct {
	name, as string
	through  string // whom else it is for, in words; "" is by themselves
}

// signIn signs somebody in.
func (st *story) signIn(ctx context.Context, who string) (visit, error) {
	_, _, email := nameOf(who)
	answer, err := sender{st.sim.Client()}.post(ctx, "/simulator/console/SignIn", nil, object{"role": "QuickSight", "session": who, "email": email})
	if refused := (*refusal)(nil); errors.As(err, &refused) && refused.status == http.StatusForbidden {
		return visit{refused: true}, nil
	}
	if err != nil {
		return visit{}, err
	}
	v := visit{role: text(answer["role"])}
	if in, _ := answer["namespaces"].([]any); len(in) > 0 {
		v.namespace = text(in[0])
	}
	sees, _ := answer["sees"].([]any)
	for _, one := range sees {
		a, _ := one.(object)
		t := thing{name: fmt.Sprintf("the %s %q", kinds[text(a["kind"])], text(a["name"])), as: text(a["as"])}
		if through, _ := a["through"].([]any); len(through) > 0 {
			if _, group, is := strings.Cut(text(through[0]), ":group/"+v.namespace+"/"); is {
				t.through = "through " + group
			} else if strings.HasSuffix(text(through[0]), ":namespace/"+v.namespace) {
				t.through = "with all of " + v.namespace
			}
		}
		v.things = append(v.things, t)
	}
	return v, nil
}

func text(a any) string {
	s, _ := a.(string)
	return s
}

// kinds are the words for what the demo's world has.
var kinds = map[string]string{"dashboard": "dashboard", "dataset": "data set", "folder": "folder"}

func (v visit) String() string {
	if v.refused {
		return "turned away"
	}
	does := v.does(func(thing) bool { return true })
	if does == "" {
		does = "sees nothing"
	}
	return fmt.Sprintf("%s in %s, %s", v.role, v.namespace, does)
}

// does says what they do with some of the things.
func (v visit) does(which func(thing) bool) string {
	said := map[string][]string{}
	for _, t := range v.things {
		if !which(t) {
			continue
		}
		does := "sees"
		if t.as == "owner" {
			does = "owns"
		}
		if t.through != "" {
			does += " " + t.through
		}
		said[does] = append(said[does], t.name)
	}
	var parts []string
	for _, does := range slices.Sorted(maps.Keys(said)) {
		parts = append(parts, does+" "+strings.Join(said[does], " and "))
	}
	return strings.Join(parts, "; ")
}

// alike reports whether somebody has the same role and the same things as in another visit, wherever they live and
// through whomever.
func (v visit) alike(w visit) bool {
	has := func(v visit) (all []thing) {
		for _, t := range v.things {
			all = append(all, thing{name: t.name, as: t.as})
		}
		slices.SortFunc(all, func(a, b thing) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.as, b.as)) })
		return all
	}
	return v.refused == w.refused && v.role == w.role && slices.Equal(has(v), has(w))
}

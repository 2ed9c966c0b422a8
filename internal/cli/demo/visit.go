package demo

import (
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
type thing struct{ name, as, through string }

// signIn signs somebody in.
func (d *drama) signIn(ctx context.Context, who string) (visit, error) {
	_, _, email := nameOf(who)
	answer, err := sender{d.sim.Client()}.post(ctx, "/simulator/console/SignIn", nil, object{"role": "QuickSight", "session": who, "email": email})
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
				t.through = group
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
	said := map[string][]string{}
	for _, t := range v.things {
		does := "sees"
		if t.as == "owner" {
			does = "owns"
		}
		if t.through != "" {
			does += " through " + t.through
		}
		said[does] = append(said[does], t.name)
	}
	var parts []string
	for _, does := range slices.Sorted(maps.Keys(said)) {
		parts = append(parts, does+" "+strings.Join(said[does], " and "))
	}
	if len(parts) == 0 {
		parts = []string{"sees nothing"}
	}
	return fmt.Sprintf("%s in %s, %s", v.role, v.namespace, strings.Join(parts, "; "))
}

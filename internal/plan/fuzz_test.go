package plan_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/tenantry/tenantry/internal/plan"
)

// FuzzOpen: nothing that somebody hands in as a saved plan makes Open panic; what is refused is
// refused as stale; and what opens says the same when it is saved and opened again. The digest is put
// right here, as whoever edits a plan could do: it is no signature.
func FuzzOpen(f *testing.F) {
	for _, c := range []string{"", "new_groups: allow\n"} {
		config, err := parseConfig(c)
		if err != nil {
			f.Fatal(err)
		}
		w := configured(config)
		w.readDirectory("ana ana@acme.example qs:acme\nbo - qs:acme\n")
		w.readQuickSight("acme\n  mirror g-qs:acme qs:acme: QuickSight/cy\n  user QuickSight/cy READER cy@x.example\n  group by-hand\n")
		w.grantRoles()
		body, err := json.Marshal(w.pass().Plan)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body, madeAt, true)
	}
	f.Add([]byte(`{"format":"tenantry.plan/1","steps":[{"kind":"add-member","change":null}]}`), "", true)
	f.Add([]byte(`{"format":"tenantry.plan/1","steps":[{"kind":"register","change":{"namespace":"default"}}]}`), "", true)
	f.Add([]byte(`{"format":"tenantry.plan/1","holds":[{"reason":"\ud800"}]}`), "\xff", true)
	f.Add([]byte(`{"format":"tenantry.saved-plan/1"}`), "", false)
	f.Fuzz(func(t *testing.T, body []byte, when string, wrap bool) {
		data := body
		if wrap {
			data = wrapped(body, when)
		}
		p, at, err := plan.Open(data)
		var stale *plan.StaleError
		switch {
		case errors.As(err, &stale):
			return
		case err != nil:
			t.Fatalf("refused, and not as stale: %v", err)
		}
		saved, err := plan.Save(p, at)
		if err != nil {
			t.Fatalf("what opened cannot be saved: %v", err)
		}
		p2, at2, err := plan.Open(saved)
		if err != nil {
			t.Fatalf("what was saved does not open: %v", err)
		}
		if again, _ := plan.Save(p2, at2); string(again) != string(saved) {
			t.Errorf("saved again:\n%s\n%s", saved, again)
		}
		for _, s := range p.Steps {
			if s.Change.In().IsZero() {
				t.Errorf("a step without a namespace: %+v", s)
			}
		}
	})
}

func wrapped(body []byte, when string) []byte {
	whenText, _ := json.Marshal(when)
	var madeAt string
	json.Unmarshal(whenText, &madeAt)
	sum := sha256.New()
	fmt.Fprintf(sum, "%q\n", madeAt)
	sum.Write(body)
	return fmt.Appendf(nil, `{"format":%q,"made_at":%s,"digest":%q,"plan":%s}`, plan.SavedFormat, whenText, hex.EncodeToString(sum.Sum(nil)), body)
}

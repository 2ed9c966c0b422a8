package systemtest

import (
	"context"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// TestS1DisabledMeanwhile: someone is disabled while a long run goes on. Minutes later they are not let in.
func TestS1DisabledMeanwhile(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 400), settings{more: "limits: {quicksight_rate: 2}"}, func(r *rig) {
		time.AfterFunc(60*time.Second, func() { r.disable("t000.399") })
		if _, err := r.start().apply(context.Background()); err != nil {
			t.Fatal(err)
		}
		if _, there := r.user("t000", "QuickSight/t000.399"); there {
			t.Error("who was disabled minutes ago is registered")
		}
	})
}

// TestS12NameTakenMeanwhile: someone is called otherwise while a long run goes on, and
// somebody else takes the name. That principal is the other one's now, and is not let in.
func TestS12NameTakenMeanwhile(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 400), settings{more: "limits: {quicksight_rate: 2}"}, func(r *rig) {
		time.AfterFunc(60*time.Second, func() {
			r.change("t000.399", func(p *world.Person) { p.UserName = "other" })
			r.someone("t000.399")
		})
		if _, err := r.start().apply(context.Background()); err != nil {
			t.Fatal(err)
		}
		if _, there := r.user("t000", "QuickSight/t000.399"); there {
			t.Error("a stranger's principal is registered")
		}
	})
}

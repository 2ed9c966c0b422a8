package awsapi_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// S4: where AWS answers with a namespace whose name differs by case, there is none of this name: it is neither taken for it nor
// deleted.
func TestS4ProbeRemoverTellsCaseApart(t *testing.T) {
	const name, twin = "tenantry-probe-abcdefgh-a", "Tenantry-Probe-abcdefgh-a"
	r := newRig(t, func(s *world.Seed) {
		s.QuickSight.Namespaces = append(s.QuickSight.Namespaces, world.NamespaceSeed{Name: name, Tags: []world.Tag{{Key: tenancy.TagProbe, Value: storeID}}})
	})
	n, is := tenancy.ParseProbeNamespace(name)
	if !is {
		t.Fatal("it is no throwaway's name")
	}
	remover := awsapi.NewProbeRemover(r.AWS)
	if _, err := remover.Namespace(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	r.with(awssim.On("quicksight:DescribeNamespace", awssim.AfterEffect, awssim.Fault{Rewrite: func(body []byte) []byte {
		return bytes.ReplaceAll(body, []byte(`"`+name+`"`), []byte(`"`+twin+`"`))
	}}))
	if info, err := remover.Namespace(t.Context(), n); !errors.Is(err, plan.ErrNotFound) {
		t.Errorf("%+v, %v", info, err)
	}
	answer, err := remover.RemoveNamespace(t.Context(), n)
	if err != nil || !answer.Took {
		t.Errorf("%+v, %v", answer, err)
	}
	for _, call := range r.calls() {
		if call == "DeleteNamespace" {
			t.Error("the other one is deleted")
		}
	}
}

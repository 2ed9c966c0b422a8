package scim_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/simtest"
)

func TestFilters(t *testing.T) {
	f := open(t)
	f.call(201, "POST /scim/v2/Users", cara)
	ana, ben, acme := f.user("ana"), f.user("ben"), f.group("qs:acme")
	for _, c := range []struct {
		kind, filter string
		status       int
		found        string // the only one found; empty: none
	}{
		{"Users", `userName eq "ANA"`, 200, ana},
		{"Users", `USERNAME EQ "ben"`, 200, ben},
		{"Users", `userName eq "none"`, 200, ""},
		{"Users", `externalId eq "x-ana"`, 200, ana},
		{"Users", `externalId eq "X-ANA"`, 200, ""},
		{"Users", `id eq "` + ben + `"`, 200, ben},
		{"Users", `manager eq "m-1"`, 200, f.user("cara")},
		{"Users", `id eq "` + f.user("cara") + `" and manager eq "m-1"`, 200, f.user("cara")},
		{"Users", `manager eq "m-1" and id eq "` + ana + `"`, 200, ""},
		{"Users", `groups.value eq "` + acme + `"`, 200, ana},
		{"Users", `userName eq "ana" and externalId eq "x-ana"`, 400, ""},
		{"Users", `displayName eq "ana"`, 400, ""},
		{"Users", `userName sw "a"`, 400, ""},
		{"Users", `userName eq ana`, 400, ""},
		{"Users", `userName eq "ana" or userName eq "ben"`, 400, ""},
		{"Users", `userName eq "ana" and `, 400, ""},
		{"Users", `userName eq "ana" and userName eq "ben"`, 400, ""},
		{"Groups", `displayName eq "QS:ACME"`, 200, acme},
		{"Groups", `displayName eq "a\"b"`, 200, ""},
		{"Groups", `externalId eq "x"`, 200, ""},
		{"Groups", `members.value eq "` + ana + `"`, 200, acme},
		{"Groups", `id eq "` + acme + `" and members eq "` + ana + `"`, 200, acme},
		{"Groups", `id eq "` + acme + `" and members eq "` + ben + `"`, 200, ""},
		{"Groups", `members eq "none"`, 404, ""},
		{"Groups", `userName eq "ana"`, 400, ""},
	} {
		got := f.call(c.status, "GET /scim/v2/"+c.kind+"?filter="+url.QueryEscape(c.filter), "")
		if c.status != 200 {
			continue
		}
		id, _ := simtest.Get(got, "Resources", 0, "id").(string)
		want := float64(0)
		if c.found != "" {
			want = 1
		}
		if id != c.found || got["totalResults"] != want || got["itemsPerPage"] != want {
			t.Errorf("%s?filter=%s: %v", c.kind, c.filter, got)
		}
	}
}

func TestPages(t *testing.T) {
	f := open(t)
	for i := range 250 {
		f.call(201, "POST /scim/v2/Groups", fmt.Sprintf(`{"displayName": "g%d"}`, i))
	}
	// 252 with the two of the file.
	all := f.call(200, "GET /scim/v2/Groups?startIndex=101", "")
	if all["itemsPerPage"] != 100.0 || all["startIndex"] != 1.0 || all["nextCursor"] != nil {
		t.Errorf("without a cursor: %v of them, %v, %v", all["itemsPerPage"], all["startIndex"], all["nextCursor"])
	}
	seen, cursor := map[any]bool{}, ""
	for pages := 1; ; pages++ {
		got := f.call(200, "GET /scim/v2/Groups?count=60&cursor="+url.QueryEscape(cursor), "")
		for _, g := range got["Resources"].([]any) {
			seen[simtest.Get(g, "id")] = true
		}
		cursor, _ = got["nextCursor"].(string)
		if cursor == "" {
			if pages != 5 || len(seen) != 252 || got["totalResults"] != nil {
				t.Errorf("%d groups in %d pages, totalResults %v", len(seen), pages, got["totalResults"])
			}
			break
		}
		f.call(400, "GET /scim/v2/Users?cursor="+url.QueryEscape(cursor), "")
	}
	for _, query := range []string{"count=0", "count=101", "count=x", "count=", "cursor=%21", "cursor=abc"} {
		f.call(400, "GET /scim/v2/Groups?"+query, "")
	}
	if got := f.call(200, "GET /scim/v2/Groups?cursor&count=100", ""); len(got["Resources"].([]any)) != 100 {
		t.Error("an empty cursor does not begin the list")
	}
}

func TestServiceProviderConfig(t *testing.T) {
	got := open(t).call(200, "GET /scim/v2/ServiceProviderConfig", "")
	if simtest.Get(got, "patch", "supported") != true || simtest.Get(got, "bulk", "supported") != false {
		t.Errorf("%v", got)
	}
}

package quicksight_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/simtest"
)

func TestStaleReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := behaving(t, `"stale_reads": {"quicksight": "30s"}`)
		users := acme + "/users"
		ana, bob := users+"/"+escaped("QuickSight/ana"), users+"/"+escaped("QuickSight/bob")
		names := func() (all []string) {
			for _, u := range c.OK(200, "GET "+users, "")["UserList"].([]any) {
				all = append(all, simtest.Get(u, "UserName").(string)+" "+simtest.Get(u, "Role").(string))
			}
			return all
		}
		c.OK(201, "POST "+users, registration("bob", ""))
		c.OK(200, "PUT "+ana, `{"Email": "e", "Role": "AUTHOR"}`)
		c.Fails(404, missing, "GET "+bob, "")
		c.Fails(409, there, "POST "+users, registration("bob", "")) // writes see the truth
		if got := names(); !slices.Equal(got, []string{"QuickSight/ana READER"}) {
			t.Errorf("at once: %v", got)
		}
		time.Sleep(31 * time.Second)
		if got := names(); !slices.Equal(got, []string{"QuickSight/ana AUTHOR", "QuickSight/bob READER"}) {
			t.Errorf("after 31 s: %v", got)
		}
		c.OK(200, "DELETE "+ana, "")
		c.OK(200, "GET "+ana, "") // a ghost
		c.Fails(404, missing, "DELETE "+ana, "")
		time.Sleep(31 * time.Second)
		c.Fails(404, missing, "GET "+ana, "")
	})
}

func TestListLimits(t *testing.T) {
	c := open(t)
	for _, q := range []string{"max-results=0", "max-results=101", "max-results=x"} {
		c.Fails(400, badParameter, "GET "+acme+"/users?"+q, "")
	}
	c.Fails(400, "InvalidNextTokenException", "GET "+acme+"/users?next-token=nonsense", "")
	c.Fails(400, badParameter, "GET "+acme+"/users/"+escaped("QuickSight/ana")+"/groups?next-token=nonsense", "")
}

func TestTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t)
		c.OK(201, "POST "+acme+"/users", registration("bob", ""))
		c.OK(201, "POST "+globex+"/users", registration("eve", ""))
		token, _ := c.OK(200, "GET "+acme+"/users?max-results=1", "")["NextToken"].(string)
		if token == "" {
			t.Fatal("no token for the second of two users")
		}
		next := "/users?next-token=" + url.QueryEscape(token)
		c.Fails(400, "InvalidNextTokenException", "GET "+globex+next, "") // bound to its list
		c.Fails(400, "InvalidNextTokenException", "GET "+acme+"/groups?next-token="+token, "")
		time.Sleep(24 * time.Hour)
		m := c.OK(200, "GET "+acme+next, "")
		if simtest.Get(m, "UserList", 0, "UserName") != "QuickSight/bob" || m["NextToken"] != nil {
			t.Errorf("second page: %v", m)
		}
		time.Sleep(time.Second)
		c.Fails(400, "InvalidNextTokenException", "GET "+acme+next, "")
	})
}

// A list that is read while rows come and go shows every row that was there
// throughout, once.
func TestPagesWhileRowsChange(t *testing.T) {
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		c := open(t)
		for i := range 40 {
			c.OK(201, "POST "+globex+"/users", registration(fmt.Sprintf("%02d-stays", i), ""))
		}
		seen := make(map[string]int)
		token := ""
		for done := false; !done; {
			m := c.OK(200, fmt.Sprintf("GET %s/users?max-results=%d&next-token=%s", globex, 1+rnd.IntN(9), token), "")
			for _, u := range m["UserList"].([]any) {
				seen[simtest.Get(u, "UserName").(string)]++
			}
			token, _ = m["NextToken"].(string)
			done = token == ""
			for range rnd.IntN(4) {
				comesOrGoes(c, fmt.Sprintf("%02d-moves", rnd.IntN(40)))
			}
		}
		for i := range 40 {
			if name := fmt.Sprintf("QuickSight/%02d-stays", i); seen[name] != 1 {
				t.Errorf("seed %d: %s was seen %d times", seed, name, seen[name])
			}
		}
	}
}

// comesOrGoes registers the user of that session, or deletes it if it is there.
func comesOrGoes(c *simtest.Client, session string) {
	if c.Do("POST "+globex+"/users", registration(session, "")).Status == 409 {
		c.OK(200, "DELETE "+globex+"/users/"+escaped("QuickSight/"+session), "")
	}
}

package demo

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

// directory prints the people of Identity Center, with their groups.
func (st *story) directory(p *engine.Pass) {
	dir := p.Directory()
	groups := map[tenancy.PersonID][]string{}
	for _, g := range dir.Groups {
		for _, id := range dir.Members[g.ID] {
			groups[id] = append(groups[id], g.Name)
		}
	}
	fmt.Fprintf(st.io.Out, "IAM Identity Center: %d people, %d groups\n", len(dir.People), len(dir.Groups))
	people := slices.Clone(dir.People)
	slices.SortFunc(people, func(a, b tenancy.Person) int { return strings.Compare(a.UserName, b.UserName) })
	t := st.table()
	for _, person := range people {
		in := groups[person.ID]
		slices.Sort(in)
		remark := ""
		switch {
		case person.Disabled:
			remark = "disabled"
		case person.Email == "":
			remark = "no e-mail address"
		case len(in) == 0:
			remark = "in no group that feeds a tenant"
		}
		fmt.Fprintf(t, "  %s\t%s\t%s\n", view.Safe(person.UserName), view.Safe(strings.Join(in, ", ")), remark)
	}
	t.Flush()
	fmt.Fprintln(st.io.Out)
}

// residents prints who is registered in which namespace of QuickSight.
func (st *story) residents(p *engine.Pass) {
	have := p.Have()
	fmt.Fprintf(st.io.Out, "QuickSight: %d namespaces besides default\n", len(have.Tenants)+len(have.Foreign)-1)
	t := st.table()
	for _, tenant := range have.Tenants {
		st.users(t, tenant.Namespace.String(), tenant.Registrations, tenant.Mirrors)
	}
	for _, f := range have.Foreign {
		st.users(t, f.Name, f.Users, nil)
	}
	t.Flush()
}

func (st *story) users(t *tabwriter.Writer, namespace string, users []tenancy.Registration, mirrors []tenancy.Mirror) {
	for i, u := range users {
		var in []string
		for _, m := range mirrors {
			if m.Has(u.User) {
				in = append(in, m.Name)
			}
		}
		if i > 0 {
			namespace = ""
		}
		slices.Sort(in)
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\n", namespace, view.Safe(string(u.User)), u.Role, view.Safe(strings.Join(in, ", ")))
	}
}

func (st *story) table() *tabwriter.Writer {
	return tabwriter.NewWriter(st.io.Out, 0, 0, 3, ' ', 0)
}

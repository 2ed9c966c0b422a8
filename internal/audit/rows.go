package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// namesake is what a user or a group is called, in whichever namespace.
type namesake struct {
	kind tenancy.GranteeKind
	name string
}

// namespacesWith are the namespaces that have a user or a group of a name, sorted. Of groups outside of tenants nobody
// reads which there are.
func (k *Known) namespacesWith(kind tenancy.GranteeKind, name string) []string {
	if k.sakes == nil {
		k.sakes = map[namesake][]string{}
		add := func(kind tenancy.GranteeKind, name, namespace string) {
			at := namesake{kind, name}
			if !slices.Contains(k.sakes[at], namespace) {
				k.sakes[at] = append(k.sakes[at], namespace)
			}
		}
		for i := range k.Have.Tenants {
			t := &k.Have.Tenants[i]
			for _, r := range t.Registrations {
				add(tenancy.ToUser, string(r.User), t.Namespace.String())
			}
			for _, m := range t.Mirrors {
				add(tenancy.ToGroup, m.Name, t.Namespace.String())
			}
			for _, g := range t.OtherGroups {
				add(tenancy.ToGroup, g, t.Namespace.String())
			}
		}
		for i := range k.Have.Foreign {
			for _, r := range k.Have.Foreign[i].Users {
				add(tenancy.ToUser, string(r.User), k.Have.Foreign[i].Name)
			}
		}
		for _, all := range k.sakes {
			slices.Sort(all)
		}
	}
	return k.sakes[namesake{kind, name}]
}

// rowsOf are the rows that were given of a data set that holds rules.
func (k *Known) rowsOf(ref tenancy.AssetRef) []RuleRows {
	var all []RuleRows
	for _, r := range k.RuleRows {
		if r.DataSet == ref.ID {
			all = append(all, r)
		}
	}
	return all
}

// ruled is a data set with rules of which the rows were given.
type ruled struct {
	rules tenancy.AssetRef   // the data set that holds them
	data  *tenancy.Inspected // the one that they are for
	RuleRows
}

// ruleds are all of them, by the data set that holds the rules. Rules that are not in force are others' to tell.
func (k *Known) ruleds() []ruled {
	var refs []tenancy.AssetRef
	for ref := range k.rules {
		refs = append(refs, ref)
	}
	slices.SortFunc(refs, tenancy.AssetRef.Compare)
	var all []ruled
	for _, ref := range refs {
		for _, rows := range k.rowsOf(ref) {
			for _, data := range k.rules[ref] {
				if inForce(data.Rows) {
					all = append(all, ruled{ref, data, rows})
				}
			}
		}
	}
	return all
}

// principal is whom a row is for.
type principal struct {
	said string            // as the file has it
	to   []tenancy.Grantee // who that is: one, unless a name is looked up in no namespace; none where nobody has the name
}

// principalsOf are those whom a row is for: a user, a group, or both.
func (k *Known) principalsOf(r ruled, row []string) []principal {
	var all []principal
	for i, column := range r.Columns {
		said := row[i]
		if said == "" || !slices.Contains(principalColumns, column) {
			continue
		}
		kind := tenancy.ToUser
		if column == groupName || column == groupARN {
			kind = tenancy.ToGroup
		}
		if column == userARN || column == groupARN {
			all = append(all, principal{said, []tenancy.Grantee{tenancy.ParseGrantee(k.Account, said)}})
			continue
		}
		p := principal{said: said}
		in := []string{r.data.Rows.Namespace}
		if in[0] == "" {
			in = k.namespacesWith(kind, said)
		}
		for _, n := range in {
			p.to = append(p.to, tenancy.Grantee{Kind: kind, Namespace: n, Name: said})
		}
		all = append(all, p)
	}
	return all
}

// tenantsOf are the tenants whose principals a row is for, sorted.
func (k *Known) tenantsOf(r ruled, row []string) []string {
	set := map[string]bool{}
	for _, p := range k.principalsOf(r, row) {
		for _, g := range p.to {
			if at := k.PartyOf(g); at.Kind == OfTenant {
				set[at.Namespace] = true
			}
		}
	}
	var all []string
	for n := range set {
		all = append(all, n)
	}
	slices.Sort(all)
	return all
}

// allRows says of each row whether it gives its tenant all rows of the data, its own and others', as far as the file
// tells: it has no value at all, since no value means all values (Quick user guide, Using row-level security with
// user-based rules: NULL), or none in any of the columns by which the file tells tenants apart.
func (k *Known) allRows(r ruled) []bool {
	columns := k.dividing(r)
	all := make([]bool, len(r.Rows))
	for i, row := range r.Rows {
		everything, undivided := true, len(columns) > 0
		for at, column := range r.Columns {
			if slices.Contains(principalColumns, column) || row[at] == "" {
				continue
			}
			everything = false
			undivided = undivided && !slices.Contains(columns, at)
		}
		all[i] = (everything || undivided) && len(k.tenantsOf(r, row)) > 0
	}
	return all
}

// dividing are the places of the columns by which a file tells tenants apart: two tenants at least have values there, and
// no two have one value. A field with commas is several values.
func (k *Known) dividing(r ruled) []int {
	tenants := make([]string, len(r.Rows))
	for i, row := range r.Rows {
		tenants[i] = strings.Join(k.tenantsOf(r, row), " ")
	}
	var all []int
	for at, column := range r.Columns {
		if slices.Contains(principalColumns, column) {
			continue
		}
		whose, several, shared := map[string]string{}, map[string]bool{}, false
		for i, row := range r.Rows {
			if tenants[i] == "" || row[at] == "" {
				continue
			}
			several[tenants[i]] = true
			for value := range strings.SplitSeq(row[at], ",") {
				shared = shared || whose[value] != "" && whose[value] != tenants[i]
				whose[value] = cmp.Or(whose[value], tenants[i])
			}
		}
		if len(several) > 1 && !shared {
			all = append(all, at)
		}
	}
	return all
}

// ambiguous are the names in the rows of rules by name that several of those have who see the data, or who live where the
// names are looked up; sorted. There are none where the rows were not given.
func (k *Known) ambiguous(s shown) []string {
	ref, _ := tenancy.ParseAsset(k.Account, s.Rows.Rules)
	near := map[string]bool{s.Rows.Namespace: true}
	for _, p := range s.Anyhow {
		near[p.Namespace] = true
	}
	set := map[string]bool{}
	for _, rows := range k.rowsOf(ref) {
		for i, column := range rows.Columns {
			kind := map[string]tenancy.GranteeKind{userName: tenancy.ToUser, groupName: tenancy.ToGroup}[column]
			for _, row := range rows.Rows {
				in := 0
				for _, n := range k.namespacesWith(kind, row[i]) {
					if near[n] {
						in++
					}
				}
				if in > 1 {
					set[row[i]] = true
				}
			}
		}
	}
	var all []string
	for name := range set {
		all = append(all, tenancy.Word(name))
	}
	slices.Sort(all)
	return all
}

package plan

import "github.com/tenantry/tenantry/internal/tenancy"

// Seats are how many users of a role there are, wherever they live, and how many there will be.
type Seats struct {
	Role   tenancy.Role `json:"role"`
	Before int          `json:"before"`
	After  int          `json:"after"`
}

// Left is how many users of a namespace outside stay there.
type Left struct {
	Namespace string `json:"namespace"`
	House     int    `json:"house"`   // the company's own
	Admins    int    `json:"admins"`  // whoever they are
	Nobodys   int    `json:"nobodys"` // of whom the rules place nobody in a tenant
}

// left counts who stays outside.
func (p *migrationPlan) left() {
	for _, f := range p.Have.Foreign {
		l := Left{Namespace: f.Name}
		for _, u := range f.Users {
			who := tenancy.Grantee{Kind: tenancy.ToUser, Namespace: f.Name, Name: string(u.User)}
			_, placed := p.places[who]
			switch {
			case placed:
			case u.Role.IsAdmin():
				l.Admins++
			case !p.House.Anybody && p.House.Has(who):
				l.House++
			default:
				l.Nobodys++
			}
		}
		if l != (Left{Namespace: f.Name}) {
			p.out.Left = append(p.out.Left, l)
		}
	}
}

// seats counts users by their roles, before and after what is done now.
func (p *migrationPlan) seats() {
	now, change := map[tenancy.Role]int{}, map[tenancy.Role]int{}
	for _, f := range p.Have.Foreign {
		for _, u := range f.Users {
			now[u.Role]++
		}
	}
	for _, t := range p.Have.Tenants {
		for _, u := range t.Registrations {
			now[u.Role]++
		}
	}
	for i := range p.out.Migrants {
		for _, s := range p.out.Migrants[i].Steps {
			switch c := s.Change.(type) {
			case Evict:
				change[c.Role]--
			case Register:
				change[c.Role]++
			}
		}
	}
	for _, r := range tenancy.Roles() {
		if now[r] != 0 || change[r] != 0 {
			p.out.Seats = append(p.out.Seats, Seats{r, now[r], now[r] + change[r]})
		}
	}
}

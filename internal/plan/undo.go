package plan

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Undo is what is known when a migration is to be undone.
type Undo struct {
	Store  tenancy.StoreID
	Images Images
	Have   tenancy.State
	// Held is what each person's user in the tenant may do anything with, and Parked what is parked for them, all of it.
	Held, Parked map[tenancy.PersonID]tenancy.Holdings
	// Sessions are the session names of all who may sign in now.
	Sessions map[tenancy.PersonID]tenancy.Session
	// Tagged is who stands behind each person's user in the tenant, by its tag.
	Tagged map[tenancy.PersonID]tenancy.PersonID
}

// Undone is how the move of one person is undone.
type Undone struct {
	Image *Image
	Held  tenancy.Code // "" where nothing keeps them
	Steps []Step
}

// NoWayBack: nothing says by which IAM role a user of before signed in.
const NoWayBack tenancy.Code = "no-way-back"

// NotTheirs: the user of before would not be the person's, or a second one of theirs.
const NotTheirs tenancy.Code = "not-theirs"

// Plan answers how everybody comes back to where they were, in the order of the images, and whom something keeps.
func (u *Undo) Plan() (all []Undone, holds []tenancy.Hold) {
	for i := range u.Images.People {
		image := &u.Images.People[i]
		d := Undone{Image: image}
		if h := u.keeps(image); h != nil {
			d.Held, holds = h.Code, append(holds, *h)
		} else {
			d.Steps = u.steps(image)
		}
		all = append(all, d)
	}
	return all, tenancy.SortHolds(holds)
}

func (u *Undo) keeps(p *Image) *tenancy.Hold {
	t := u.Have.Tenant(p.To)
	h := &tenancy.Hold{Object: string(p.Person), Namespace: p.To.String()}
	session, may := u.Sessions[p.Person]
	was := tenancy.Session(p.User.SessionName())
	into, err := tenancy.ParseNamespace(p.Namespace)
	switch {
	case err == nil && u.Have.Tenant(into) != nil:
		h.Code = NotTheirs
		h.Reason = fmt.Sprintf("the namespace %s is a tenant's by now, and nobody is let in there by a file", p.Namespace)
		h.Ends = "nothing is to be undone: take the person out of the file"
	case !may:
		h.Code = NotTheirs
		h.Reason = fmt.Sprintf("whose %s was is disabled, or no longer in Identity Center", tenancy.Word(string(p.User)))
		h.Ends = "enable the person again, and undo again; or take them out of the file"
	case session != was:
		h.Code = NotTheirs
		h.Reason = fmt.Sprintf("whose %s was signs in as %s by now", tenancy.Word(string(p.User)), tenancy.Word(string(session)))
		h.Ends = "give the person their former name again in Identity Center, and undo again; or take them out of the file"
	case u.elsewhere(p) != "":
		h.Code = NotTheirs
		h.Reason = fmt.Sprintf("%s lives in %s by now, and nobody lives in two namespaces", tenancy.Word(string(p.As)), u.elsewhere(p))
		h.Ends = "take the person out of the file; or out of that tenant, and undo again"
	case p.SignIn.IsZero() && u.outside(p) == nil:
		h.Code = NoWayBack
		h.Reason = fmt.Sprintf("there was no IAM role %s when they were migrated, and nobody can be registered under it", tenancy.Word(p.User.RoleName()))
		h.Ends = "make the role again, write its ARN into the file (sign_in), and undo again"
	case t != nil && u.goes(p) && isAnothers(u.Tagged[p.Person], p.Person):
		h.Code = tenancy.Code(ReusedName)
		h.Reason = fmt.Sprintf("%s of %s is another person's by now", tenancy.Word(string(p.As)), p.To)
		h.Ends = "nothing is to be undone: take the person out of the file"
	case u.Held[p.Person].Failed != "" || u.Parked[p.Person].Failed != "":
		h.Code = Unread
		h.Reason = "what they have in the tenant could not be read: " + u.Held[p.Person].Failed + u.Parked[p.Person].Failed
		h.Ends = "give tenantry the rights to search (see SECURITY.md), or wait until AWS answers again"
	default:
		return nil
	}
	return h
}

// elsewhere is a tenant other than that of the move in which somebody is registered, "" for none.
func (u *Undo) elsewhere(p *Image) string {
	for i := range u.Have.Tenants {
		if t := &u.Have.Tenants[i]; t.Namespace != p.To && (t.Registration(p.As) != nil || t.Registration(p.User) != nil) {
			return t.Namespace.String()
		}
	}
	return ""
}

// outside is the user of before, nil where there is none.
func (u *Undo) outside(p *Image) *tenancy.Registration {
	f := u.Have.ForeignNamed(p.Namespace)
	if f == nil {
		return nil
	}
	return tenancy.FindRegistration(f.Users, p.User)
}

// goes reports whether the user in the tenant has to go: who was there before stays.
func (u *Undo) goes(p *Image) bool {
	t := u.Have.Tenant(p.To)
	return t != nil && t.Registration(p.As) != nil && (!p.There || p.As == p.User)
}

// isBack reports whether somebody is where they were, and nothing says that they are on their way still: the group of the
// move goes last. Of who was in the tenant before, too, and stays there, nothing would say so.
func (u *Undo) isBack(p *Image) bool {
	t := u.Have.Tenant(p.To)
	moving := t != nil && t.Parking(p.Person) != nil
	return u.outside(p) != nil && !u.goes(p) && !moving && (!p.There || p.As == p.User)
}

// steps are how one person comes back. What they have in the tenant is parked, like in every move: whoever comes in
// between, they lose nothing.
func (u *Undo) steps(p *Image) (steps []Step) {
	if u.isBack(p) {
		return nil
	}
	add := func(c Change) { steps = append(steps, Step{Change: c, Hazards: []Hazard{Migrates}}) }
	group := parkingOf(p.To, p.Person)
	t := u.Have.Tenant(p.To)
	regain := map[tenancy.AssetRef]ImageAsset{}
	for _, a := range p.Assets {
		regain[a.AssetRef] = a
	}
	begun := t != nil && t.Parking(p.Person) != nil
	parked := map[tenancy.AssetRef]string{}
	for _, a := range u.Parked[p.Person].Assets {
		if g := a.Grant(group); g != nil {
			parked[a.AssetRef] = a.Name
			more(regain, &a, g.May)
		}
	}
	if u.goes(p) {
		if !begun {
			add(BeginMove{p.To, u.Store, p.Person, p.As})
			begun = true
		}
		theirs := tenancy.Grantee{Kind: tenancy.ToUser, Namespace: p.To.String(), Name: string(p.As)}
		for _, a := range u.Held[p.Person].Assets {
			g := a.Grant(theirs)
			if g == nil || g.May == "" {
				continue
			}
			if there := a.Grant(group); there == nil || there.May != g.May {
				add(Park{p.To, p.Person, p.To.String(), p.As, t.Registration(p.As).Role, a.AssetRef, a.Name, g.May})
			}
			parked[a.AssetRef] = a.Name
			more(regain, &a, g.May)
		}
		add(RemoveRegistration{p.To, p.Person, p.As, t.Registration(p.As).Role, p.User})
	}
	if u.outside(p) == nil {
		session := tenancy.Session(p.User.SessionName())
		add(Return{p.To, p.Person, p.Namespace, p.SignIn, session, p.Role, p.Email, p.CustomPermissions})
	}
	for _, name := range p.Groups {
		add(Rejoin{p.To, p.Person, p.Namespace, name, p.User})
	}
	for _, ref := range sortedKeys(regain) {
		a := regain[ref]
		add(Regain{p.To, p.Person, p.Namespace, p.User, ref, a.Name, a.May})
	}
	for _, ref := range sortedKeys(parked) {
		add(Unpark{p.To, p.Person, ref, parked[ref], p.User})
	}
	if begun {
		add(EndMove{p.To, p.Person, p.User})
	}
	return steps
}

// more adds what somebody has got since, if it is not what they had.
func more(regain map[tenancy.AssetRef]ImageAsset, a *tenancy.Asset, may tenancy.Access) {
	if _, had := regain[a.AssetRef]; !had {
		regain[a.AssetRef] = ImageAsset{a.AssetRef, a.Name, may}
	}
}

package world

import (
	"fmt"
	"time"
)

// Parameters are those of Systems Manager's Parameter Store, by Region and name. The world's lock guards them.
type Parameters struct {
	w     *World
	table *Table[Parameter]
}

// Parameter is a parameter with its versions, the first one first.
type Parameter struct {
	Name     string           `json:"name"`
	Region   string           `json:"region,omitempty"` // QuickSight's identity Region
	Type     string           `json:"type,omitempty"`   // String
	Versions []ParameterValue `json:"versions"`
}

// ParameterValue is a version of a parameter.
type ParameterValue struct {
	Value string    `json:"value"`
	At    time.Time `json:"at,omitzero"`
}

func newParameters(w *World) *Parameters {
	return &Parameters{w, newTable[Parameter](w.past)}
}

// Get gives the parameter of that name in a Region.
func (p *Parameters) Get(region, name string) (Parameter, bool) {
	return p.table.Get(Key(region, name))
}

// Put gives a parameter another version, and answers its number. It makes one where there is none.
func (p *Parameters) Put(region, name, kind, value string) int {
	one, ok := p.Get(region, name)
	if !ok {
		one = Parameter{Name: name, Region: region, Type: kind}
	}
	one.Versions = append(one.Versions[:len(one.Versions):len(one.Versions)], ParameterValue{value, p.w.Now().UTC()})
	p.table.Put(Key(region, name), one)
	return len(one.Versions)
}

func (p *Parameters) load(seeds []Parameter) error {
	for i, one := range seeds {
		one.Region, one.Type = or(one.Region, p.w.QuickSight.region), or(one.Type, "String")
		if _, dup := p.Get(one.Region, one.Name); dup || one.Name == "" || len(one.Versions) == 0 {
			return fmt.Errorf("parameters[%d] %q: the name is empty or there twice, or there is no version", i, one.Name)
		}
		p.table.Put(Key(one.Region, one.Name), one)
	}
	return nil
}

package dynamodb

import (
	"encoding/json"
	"slices"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// view is how old the state is that a read shows.
func (s service) view(consistent bool) world.View {
	if consistent {
		return world.View{}
	}
	return s.w.View("dynamodb")
}

func (s service) getItem(r *wire.Request, in struct {
	TableName      string
	Key            world.Item
	ConsistentRead bool
}) (any, error) {
	t, err := s.find(r, in.TableName)
	if err != nil {
		return nil, err
	}
	key, err := exactKey(t, in.Key)
	if err != nil {
		return nil, err
	}
	item, there := t.Get(key, s.view(in.ConsistentRead))
	if !there {
		return nothing{}, nil
	}
	return map[string]any{"Item": item}, nil
}

// put is an item to be written, alone or in a transaction.
type put struct {
	TableName                 string
	Item                      world.Item
	ConditionExpression       string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues map[string]json.RawMessage
}

// prepared is a put that can be carried out, if its condition holds.
type prepared struct {
	table     *world.ItemTable
	key       string
	item      world.Item
	size      int
	condition []term
}

func (s service) prepare(r *wire.Request, p put) (prepared, error) {
	t, err := s.find(r, p.TableName)
	if err != nil {
		return prepared{}, err
	}
	made := prepared{table: t, item: p.Item}
	if made.key, made.size, err = judge(t, p.Item); err != nil {
		return made, err
	}
	given := placeholders{Names: p.ExpressionAttributeNames, Values: p.ExpressionAttributeValues}
	if p.ConditionExpression != "" {
		if made.condition, err = given.parse("ConditionExpression", p.ConditionExpression); err != nil {
			return made, err
		}
	}
	return made, given.unused()
}

// holds reports whether the condition of a put holds.
func (p prepared) holds() bool {
	have, _ := p.table.Get(p.key, world.View{})
	return !slices.ContainsFunc(p.condition, func(t term) bool { return !t.holds(have) })
}

func (s service) putItem(r *wire.Request, in put) (any, error) {
	p, err := s.prepare(r, in)
	if err != nil {
		return nil, err
	}
	if !p.holds() {
		return nil, conditionFailed()
	}
	p.table.Put(p.key, p.item)
	return nothing{}, nil
}

func (s service) deleteItem(r *wire.Request, in struct {
	TableName string
	Key       world.Item
}) (any, error) {
	t, err := s.find(r, in.TableName)
	if err != nil {
		return nil, err
	}
	key, err := exactKey(t, in.Key)
	if err != nil {
		return nil, err
	}
	t.Remove(key)
	return nothing{}, nil
}

package dynamodb

import (
	"encoding/json"
	"slices"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// question is a query of a partition.
type question struct {
	TableName                 string
	KeyConditionExpression    string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues map[string]json.RawMessage
	ConsistentRead            bool
	ScanIndexForward          *bool // true where it is not said
	Limit                     *int
	ExclusiveStartKey         world.Item
}

func (s service) query(r *wire.Request, in question) (any, error) {
	t, err := s.find(r, in.TableName)
	if err != nil {
		return nil, err
	}
	partition, from, to, err := in.condition(t)
	if err != nil {
		return nil, err
	}
	after := ""
	if len(in.ExclusiveStartKey) > 0 {
		if after, err = exactKey(t, in.ExclusiveStartKey); err != nil {
			return nil, invalid("The provided starting key is invalid: %v", err)
		}
	}
	all := slices.Collect(t.Partition(partition, from, to, s.view(in.ConsistentRead)))
	backwards := in.ScanIndexForward != nil && !*in.ScanIndexForward
	if backwards {
		slices.Reverse(all)
	}
	items, size, answer := []world.Item{}, 0, map[string]any{}
	for _, item := range all {
		key, more, _ := judge(t, item)
		if after != "" && (key == after || key > after == backwards) {
			continue
		}
		items, size = append(items, item), size+more
		if in.Limit != nil && len(items) == *in.Limit || size >= mostAnswer {
			answer["LastEvaluatedKey"] = keyItem(t, item)
			break
		}
	}
	answer["Items"], answer["Count"], answer["ScannedCount"] = items, len(items), len(items)
	return answer, nil
}

// condition is the partition that is asked for, and from where to where, empty for all of it.
func (in question) condition(t *world.ItemTable) (partition, from, to string, err error) {
	if in.Limit != nil && *in.Limit < 1 {
		return "", "", "", invalid("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1", *in.Limit)
	}
	if in.KeyConditionExpression == "" {
		return "", "", "", invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	given := placeholders{Names: in.ExpressionAttributeNames, Values: in.ExpressionAttributeValues}
	terms, err := given.parse("KeyConditionExpression", in.KeyConditionExpression)
	if err != nil {
		return "", "", "", err
	}
	seen := map[string]bool{}
	for _, one := range terms {
		ordinary := one.is == equal || one.is == between && one.name == t.SortKey
		if !ordinary || seen[one.name] || one.name != t.PartitionKey && one.name != t.SortKey {
			return "", "", "", invalid("Query key condition not supported")
		}
		for _, v := range one.values {
			if v.kind != "S" {
				return "", "", "", invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
			}
		}
		if seen[one.name] = true; one.name == t.PartitionKey {
			partition = one.values[0].text
		} else {
			from, to = one.values[0].text, one.values[len(one.values)-1].text
		}
	}
	switch {
	case !seen[t.PartitionKey]:
		return "", "", "", invalid("Query condition missed key schema element: %s", t.PartitionKey)
	case from > to:
		return "", "", "", invalid("Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound")
	}
	return partition, from, to, given.unused()
}

// keyItem is an item's key, as an item.
func keyItem(t *world.ItemTable, i world.Item) world.Item {
	key := world.Item{t.PartitionKey: i[t.PartitionKey]}
	if t.SortKey != "" {
		key[t.SortKey] = i[t.SortKey]
	}
	return key
}

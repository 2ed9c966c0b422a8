package world

import (
	"encoding/json"
	"fmt"
	"iter"
	"time"
)

// ItemTables are the account's DynamoDB tables. The world's lock guards them and all that is in them.
type ItemTables struct {
	w      *World
	tables *Table[*ItemTable] // by Region and name
	tokens map[string]Request // of transactions that had their effect
}

// ItemTable is a table with a partition key and, perhaps, a sort key, both of them strings.
type ItemTable struct {
	Name   string
	Region string
	ItemTableSettings
	ID        string // tells it from others of its name
	CreatedAt time.Time

	items *Table[Item] // by the partition's and the sort key's values
}

// ItemTableSettings are what a table is created with.
type ItemTableSettings struct {
	PartitionKey string `json:"partition_key"`
	SortKey      string `json:"sort_key,omitempty"`
	BillingMode  string `json:"billing_mode,omitempty"` // PROVISIONED or PAY_PER_REQUEST
	Protected    bool   `json:"deletion_protection,omitempty"`
}

// Item is an item by its attributes, each as the API writes it: {"S": "acme"}.
type Item map[string]json.RawMessage

// Request is a transaction that had its effect, by a digest of what was asked for.
type Request struct {
	Digest string
	At     time.Time
}

// ItemTableSeed is a table with its items.
type ItemTableSeed struct {
	Name   string `json:"name"`
	Region string `json:"region,omitempty"` // QuickSight's identity Region
	ItemTableSettings
	ID        string    `json:"id,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	Items     []Item    `json:"items,omitempty"`
}

func newItemTables(w *World) *ItemTables {
	return &ItemTables{w: w, tables: newTable[*ItemTable](w.past), tokens: make(map[string]Request)}
}

// Get gives the table of that name in a Region.
func (t *ItemTables) Get(region, name string) (*ItemTable, bool) {
	return t.tables.Get(Key(region, name))
}

// In gives the tables of a Region after the one of that name, in their order.
func (t *ItemTables) In(region, after string) iter.Seq2[string, *ItemTable] {
	return t.tables.Prefix(KeyPrefix(region), Key(region, after), View{})
}

// Create makes a table of a name that is free.
func (t *ItemTables) Create(region, name string, s ItemTableSettings) *ItemTable {
	return t.add(region, name, t.w.NewID(), s)
}

func (t *ItemTables) add(region, name, id string, s ItemTableSettings) *ItemTable {
	made := &ItemTable{Name: name, Region: region, ItemTableSettings: s, ID: id, CreatedAt: t.w.Now().UTC(), items: newTable[Item](t.w.past)}
	t.tables.Put(Key(region, name), made)
	return made
}

// Delete removes a table with its items.
func (t *ItemTables) Delete(gone *ItemTable) { t.tables.Delete(Key(gone.Region, gone.Name)) }

// Asked gives the transaction of a token, if it had its effect within the time for which a token is known, and Answered
// notes one.
func (t *ItemTables) Asked(token string, known time.Duration) (Request, bool) {
	r, ok := t.tokens[token]
	return r, ok && t.w.Now().Sub(r.At) < known
}

// Answered notes that the transaction of a token had its effect.
func (t *ItemTables) Answered(token, digest string) {
	t.tokens[token] = Request{Digest: digest, At: t.w.Now()}
}

// Text gives the value of an attribute that is a string.
func (i Item) Text(attribute string) (string, bool) {
	var v struct{ S *string }
	if json.Unmarshal(i[attribute], &v) != nil || v.S == nil {
		return "", false
	}
	return *v.S, true
}

// KeyOf gives the key under which an item stands, and false where it has none.
func (t *ItemTable) KeyOf(i Item) (string, bool) {
	partition, ok := i.Text(t.PartitionKey)
	if !ok || t.SortKey == "" {
		return partition, ok
	}
	sort, ok := i.Text(t.SortKey)
	return Key(partition, sort), ok
}

// Get gives the item under a key as of v.
func (t *ItemTable) Get(key string, v View) (Item, bool) { return t.items.GetAt(key, v) }

// Put stores an item in the place of what was there.
func (t *ItemTable) Put(key string, i Item) { t.items.Put(key, i) }

// Remove removes the item under a key.
func (t *ItemTable) Remove(key string) { t.items.Delete(key) }

// Partition gives the items of a partition as of v, in the order of their sort keys: those from one sort key to another,
// both included, or all of them where the second is empty.
func (t *ItemTable) Partition(value, from, to string, v View) iter.Seq[Item] {
	return func(yield func(Item) bool) {
		first := Key(value, from)
		if i, there := t.items.GetAt(first, v); there && !yield(i) {
			return
		}
		for key, i := range t.items.Prefix(KeyPrefix(value), first, v) {
			if to != "" && key > Key(value, to) || !yield(i) {
				return
			}
		}
	}
}

// Len is how many items there are.
func (t *ItemTable) Len() int { return t.items.Len() }

// load makes the tables of a seed.
func (t *ItemTables) load(seeds []ItemTableSeed) error {
	for i, s := range seeds {
		region := or(s.Region, t.w.QuickSight.region)
		if _, dup := t.Get(region, s.Name); dup || s.Name == "" || s.PartitionKey == "" {
			return fmt.Errorf("tables[%d] %q: the name is empty or there twice, or there is no partition key", i, s.Name)
		}
		s.BillingMode = or(s.BillingMode, "PAY_PER_REQUEST")
		made := t.add(region, s.Name, or(s.ID, derivedID(t.w.Account, region, "table", s.Name)), s.ItemTableSettings)
		if !s.CreatedAt.IsZero() {
			made.CreatedAt = s.CreatedAt
		}
		for n, item := range s.Items {
			key, ok := made.KeyOf(item)
			if !ok {
				return fmt.Errorf("tables[%d].items[%d]: it has no key", i, n)
			}
			made.Put(key, item)
		}
	}
	return nil
}

func (t *ItemTables) snapshot() []ItemTableSeed {
	var seeds []ItemTableSeed
	for _, one := range t.tables.All() {
		seeds = append(seeds, ItemTableSeed{
			Name: one.Name, Region: one.Region, ItemTableSettings: one.ItemTableSettings, ID: one.ID, CreatedAt: one.CreatedAt, Items: rows(one.items),
		})
	}
	return seeds
}

package dynamodb

import (
	"regexp"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// tableName is what the API model says of names.
var tableName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)

// find finds a table of the Region that was called.
func (s service) find(r *wire.Request, name string) (*world.ItemTable, error) {
	name = s.nameOf(r, name)
	if !tableName.MatchString(name) {
		return nil, invalid("Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'")
	}
	t, ok := s.w.Tables.Get(r.Region, name)
	if !ok {
		return nil, noTable(name)
	}
	return t, nil
}

type keyElement struct{ AttributeName, KeyType string }

type attributeDefinition struct{ AttributeName, AttributeType string }

// newTable is a table to be created. What it is billed by and tagged with changes nothing here.
type newTable struct {
	TableName                 string
	KeySchema                 []keyElement
	AttributeDefinitions      []attributeDefinition
	BillingMode               string
	DeletionProtectionEnabled bool
	ProvisionedThroughput     *struct{ ReadCapacityUnits, WriteCapacityUnits int }
	Tags                      []struct{ Key, Value string }
}

func (s service) createTable(r *wire.Request, in newTable) (any, error) {
	settings, err := in.settings()
	if err != nil {
		return nil, err
	}
	if _, there := s.w.Tables.Get(r.Region, in.TableName); there {
		return nil, modelled(own, "ResourceInUseException", "Table already exists: %s", in.TableName)
	}
	return map[string]any{"TableDescription": s.describe(s.w.Tables.Create(r.Region, in.TableName, settings))}, nil
}

func (in newTable) settings() (world.ItemTableSettings, error) {
	s := world.ItemTableSettings{BillingMode: in.BillingMode, Protected: in.DeletionProtectionEnabled}
	if s.BillingMode == "" {
		s.BillingMode = "PROVISIONED"
	}
	for i, k := range in.KeySchema {
		switch {
		case i == 0 && k.KeyType == "HASH":
			s.PartitionKey = k.AttributeName
		case i == 1 && k.KeyType == "RANGE":
			s.SortKey = k.AttributeName
		}
	}
	switch {
	case !tableName.MatchString(in.TableName):
		return s, invalid("TableName must be at least 3 characters long and at most 255 characters long, of a-z, A-Z, 0-9, '_', '-', and '.'")
	case s.PartitionKey == "" || len(in.KeySchema) > 2 || len(in.KeySchema) == 2 && s.SortKey == "":
		return s, invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type, or the second is not a RANGE key type")
	case len(in.AttributeDefinitions) != len(in.KeySchema):
		return s, invalid("One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
	case s.BillingMode == "PROVISIONED" && in.ProvisionedThroughput == nil:
		return s, invalid("One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
	}
	for _, d := range in.AttributeDefinitions {
		if d.AttributeName != s.PartitionKey && d.AttributeName != s.SortKey {
			return s, invalid("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [%s]", d.AttributeName)
		}
		if d.AttributeType != "S" {
			return s, invalid("a key of type %s is not simulated", d.AttributeType)
		}
	}
	return s, nil
}

type named struct{ TableName string }

func (s service) describeTable(r *wire.Request, in named) (any, error) {
	t, err := s.find(r, in.TableName)
	if err != nil {
		return nil, err
	}
	return map[string]any{"Table": s.describe(t)}, nil
}

func (s service) deleteTable(r *wire.Request, in named) (any, error) {
	t, err := s.find(r, in.TableName)
	if err != nil {
		return nil, err
	}
	if t.Protected {
		return nil, invalid("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	}
	s.w.Tables.Delete(t)
	d := s.describe(t)
	d["TableStatus"] = "DELETING"
	return map[string]any{"TableDescription": d}, nil
}

func (s service) describe(t *world.ItemTable) map[string]any {
	keys := []keyElement{{t.PartitionKey, "HASH"}}
	attributes := []attributeDefinition{{t.PartitionKey, "S"}}
	if t.SortKey != "" {
		keys, attributes = append(keys, keyElement{t.SortKey, "RANGE"}), append(attributes, attributeDefinition{t.SortKey, "S"})
	}
	return map[string]any{
		"TableName": t.Name, "TableStatus": "ACTIVE", "TableId": t.ID, "TableArn": s.w.ARN("dynamodb", t.Region, "table/"+t.Name),
		"CreationDateTime": float64(t.CreatedAt.UnixMilli()) / 1000, "KeySchema": keys, "AttributeDefinitions": attributes,
		"BillingModeSummary": map[string]any{"BillingMode": t.BillingMode}, "DeletionProtectionEnabled": t.Protected, "ItemCount": t.Len(),
	}
}

func (s service) listTables(r *wire.Request, in struct {
	ExclusiveStartTableName string
	Limit                   *int
}) (any, error) {
	limit := 100
	if in.Limit != nil {
		limit = *in.Limit
	}
	if limit < 1 || limit > 100 {
		return nil, invalid("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must be between 1 and 100", limit)
	}
	names, answer := []string{}, map[string]any{}
	for _, t := range s.w.Tables.In(r.Region, in.ExclusiveStartTableName) {
		if len(names) == limit {
			answer["LastEvaluatedTableName"] = names[limit-1]
			break
		}
		names = append(names, t.Name)
	}
	answer["TableNames"] = names
	return answer, nil
}

package deploy

import (
	"fmt"
	"strings"
)

// identity is how resources of a type are called: by which property, what Ref answers, and what their ARN is. {bus} is the bus of a
// rule that is not on the default bus, with a slash.
type identity struct{ property, ref, arn string }

// identities are those of the types whose names or ARNs the templates use (CloudFormation template reference, "Return values" of
// each type; Service Authorization Reference, for the ARNs).
var identities = map[string]identity{
	"AWS::CloudWatch::Alarm": {"AlarmName", "{name}", "arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}"},
	"AWS::DynamoDB::Table":   {"TableName", "{name}", "arn:{partition}:dynamodb:{region}:{account}:table/{name}"},
	"AWS::Events::EventBus":  {"Name", "{name}", "arn:{partition}:events:{region}:{account}:event-bus/{name}"},
	"AWS::Events::Rule":      {"Name", "{name}", "arn:{partition}:events:{region}:{account}:rule/{bus}{name}"},
	"AWS::IAM::Role":         {"RoleName", "{name}", "arn:{partition}:iam::{account}:role/{name}"},
	"AWS::Lambda::Function":  {"FunctionName", "{name}", "arn:{partition}:lambda:{region}:{account}:function:{name}"},
	"AWS::Logs::LogGroup":    {"LogGroupName", "{name}", "arn:{partition}:logs:{region}:{account}:log-group:{name}:*"},
	"AWS::S3::Bucket":        {"BucketName", "{name}", "arn:{partition}:s3:::{name}"},
	"AWS::SNS::Topic":        {"TopicName", "arn:{partition}:sns:{region}:{account}:{name}", "arn:{partition}:sns:{region}:{account}:{name}"},
	"AWS::SQS::Queue":        {"QueueName", "https://sqs.{region}.amazonaws.com/{account}/{name}", "arn:{partition}:sqs:{region}:{account}:{name}"},
}

// attribute answers Fn::GetAtt, or Ref with "" as the attribute. A resource without a name of its own is called
// STACK-LOGICALNAME, where CloudFormation would append some letters.
func (m *maker) attribute(resource, attribute string) (any, error) {
	r := m.template.Resource(resource)
	if r == nil {
		return nil, fmt.Errorf("there is no resource or parameter %s", resource)
	}
	if is, err := m.wanted(r); !is || err != nil {
		return nil, fmt.Errorf("%s is not in this stack: its condition is not met (%v)", resource, err)
	}
	kind := r["Type"].(string)
	how, known := identities[kind]
	if !known || attribute != "" && attribute != "Arn" {
		return nil, fmt.Errorf("%s.%s of a %s is not here", resource, attribute, kind)
	}
	properties, _ := r["Properties"].(map[string]any)
	name, err := m.text(properties[how.property])
	if err != nil {
		return nil, err
	}
	if name == "" {
		name = m.place.Stack + "-" + resource
	}
	bus, err := m.text(properties["EventBusName"])
	if err != nil {
		return nil, err
	}
	if bus != "" {
		bus += "/"
	}
	text := how.ref
	if attribute == "Arn" {
		text = how.arn
	}
	return strings.NewReplacer("{name}", name, "{bus}", bus, "{partition}", m.place.Partition, "{region}", m.place.Region, "{account}", m.place.Account).Replace(text), nil
}

// text works out a value that is a text, or is not there.
func (m *maker) text(of any) (string, error) {
	if of == nil {
		return "", nil
	}
	v, err := m.value(of)
	if err != nil {
		return "", err
	}
	text, ok := v.(string)
	if !ok {
		return "", fmt.Errorf("%v is no text", v)
	}
	return text, nil
}

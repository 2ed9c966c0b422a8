package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// regions are the Regions that AWS has as this is written. An unknown one of the right shape is only
// told: AWS opens new ones.
var regions = []string{
	"af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2",
	"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
	"ca-central-1", "ca-west-1", "cn-north-1", "cn-northwest-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1",
	"eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1", "mx-central-1",
	"sa-east-1", "us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-west-1", "us-west-2",
}

// withoutNamespaces are the Regions whose accounts cannot have namespaces of their own
// (Quick user guide, "Namespaces").
var withoutNamespaces = []string{"af-south-1", "ap-southeast-3", "ap-southeast-5", "eu-south-1", "eu-central-2"}

var regionShape = regexp.MustCompile(`^(us|eu|ap|sa|ca|me|af|il|mx|cn|us-gov)-(central|north|south|east|west|northeast|northwest|southeast|southwest)-[1-9]$`)

// region reads the name of a Region, "" when it cannot be one.
func (b *builder) region(v *value) string {
	if !v.ok {
		return ""
	}
	if slices.Contains(regions, v.text) {
		return v.text
	}
	near := nearestRegion(v.text)
	fix := "write a Region such as us-east-1"
	if near != "" {
		fix = "write " + near
	}
	if regionShape.MatchString(v.text) {
		b.warn(v, fmt.Sprintf("%s is %s, which is no Region that this version knows", v.path, v.text), "it may be a new one, or a slip of the pen", fix+", unless the Region is new")
		return v.text
	}
	why := "AWS has no Region of that name"
	if near == "" {
		why = "the Regions are " + strings.Join(regions, ", ")
	}
	b.fail(v, fmt.Sprintf("%s is %s, not a Region", v.path, quote(v.text)), why, fix)
	return ""
}

func nearestRegion(text string) string {
	text = strings.ToLower(text)
	if len(text) > 1 && slices.Contains(regions, text[:len(text)-1]) {
		return text[:len(text)-1] // an availability zone
	}
	return nearest(text, regions)
}

// namespaces refuses an identity Region in which QuickSight has no namespaces.
func (b *builder) namespaces(v *value, region string) {
	if slices.Contains(withoutNamespaces, region) {
		b.fail(v, fmt.Sprintf("%s is %s, where QuickSight has no namespaces", v.path, region),
			"accounts of this Region can only use IAM Identity Center natively, and AWS gives those no custom namespaces",
			"set up QuickSight in another Region, with IAM federation; there is no setting that helps here")
	}
}

// partitionOf is the partition that the ARNs of a Region's accounts bear, "" where it is not known.
func partitionOf(region string) string {
	switch {
	case region == "":
		return ""
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

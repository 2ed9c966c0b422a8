package events

import (
	"regexp"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// named are the members by which operations name a bus and a rule.
type named struct {
	EventBusName string
	Name, Rule   string
}

func (n named) rule() string {
	if n.Rule != "" {
		return n.Rule
	}
	return n.Name
}

var (
	ruleName = regexp.MustCompile(`^[.\-_A-Za-z0-9]{1,64}$`)
	busName  = regexp.MustCompile(`^[/.\-_A-Za-z0-9]{1,256}$`)
	busARN   = regexp.MustCompile(`^arn:aws[\w-]*:events:([a-z]+-[a-z]+-[\w-]+):([0-9]{12}):event-bus/([/.\-_A-Za-z0-9]+)$`)
)

// busOf reads the name or the ARN of a bus: an ARN's Region and account, which a name does not have. "" is the default bus.
func busOf(text string) (name string, place [2]string, ok bool) {
	if text == "" {
		return world.DefaultBus, place, true
	}
	if m := busARN.FindStringSubmatch(text); m != nil {
		return m[3], [2]string{m[1], m[2]}, true
	}
	return text, place, busName.MatchString(text)
}

// bus finds the bus that a call names. One of another account must let the caller.
func (s service) bus(r *wire.Request, text string) (world.Bus, error) {
	name, place, ok := busOf(text)
	if !ok {
		return world.Bus{}, invalid("1 validation error detected: Value '%s' at 'eventBusName' failed to satisfy constraint: Member must satisfy regular expression pattern: [/\\.\\-_A-Za-z0-9]+", text)
	}
	region, account := r.Region, r.Caller.Account
	if place[0] != "" {
		region, account = place[0], place[1]
	}
	b, there := s.w.Events.Bus(account, region, name)
	if account != r.Caller.Account && (!there || !b.Allows(r.Caller.Account, "events:"+r.Op.Name, s.w.Events.BusARN(b), r.Caller.ARN)) {
		return b, s.Refuse(wire.Refusal{Kind: wire.AccessDenied,
			Message: "User: " + r.Caller.ARN + " is not authorized to perform: events:" + r.Op.Name + " on resource: " + text + " because no resource-based policy allows the events:" + r.Op.Name + " action"})
	}
	if !there || region != r.Region {
		return b, notFound("Event bus %s does not exist.", name)
	}
	return b, nil
}

// onBus makes an operation of one that is about a bus and takes the input I: it finds the bus first. For the operations on
// buses themselves that is the one called Name.
func onBus[I any](serve func(service, *wire.Request, world.Bus, I) (any, error)) func(service, *wire.Request) (any, error) {
	return func(s service, r *wire.Request) (any, error) {
		var of named
		if err := r.Decode(&of); err != nil {
			return nil, err
		}
		if strings.HasSuffix(r.Op.Name, "EventBus") {
			of.EventBusName = of.Name
		}
		b, err := s.bus(r, of.EventBusName)
		if err != nil {
			return nil, err
		}
		var in I
		if err := r.Decode(&in); err != nil {
			return nil, err
		}
		return serve(s, r, b, in)
	}
}

func (s service) createEventBus(r *wire.Request) (any, error) {
	var in struct{ Name string }
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	if !busName.MatchString(in.Name) || strings.Contains(in.Name, "/") {
		return nil, invalid("The name of an event bus must not be empty, nor contain a slash.")
	}
	b := world.Bus{Name: in.Name, Account: r.Caller.Account, Region: r.Region}
	if _, there := s.w.Events.Bus(b.Account, b.Region, b.Name); there {
		return nil, wire.Errorf(400, "ResourceAlreadyExistsException", "Event bus %s already exists.", in.Name)
	}
	s.w.Events.Buses.Put(b.Key(), b)
	return map[string]any{"EventBusArn": s.w.Events.BusARN(b)}, nil
}

func (s service) describeEventBus(_ *wire.Request, b world.Bus, _ struct{}) (any, error) {
	answer := map[string]any{"Name": b.Name, "Arn": s.w.Events.BusARN(b)}
	if b.Policy != "" {
		answer["Policy"] = b.Policy
	}
	return answer, nil
}

func (s service) deleteEventBus(_ *wire.Request, b world.Bus, _ struct{}) (any, error) {
	if b.Name == world.DefaultBus {
		return nil, invalid("Cannot delete event bus default.")
	}
	for range s.w.Events.RulesOf(b, "") {
		return nil, invalid("Event bus %s can't be deleted since it has rules.", b.Name)
	}
	s.w.Events.Buses.Delete(b.Key())
	return nil, nil
}

// permission is the input of PutPermission: a whole policy, or a statement that lets an account put events.
type permission struct {
	Action, Principal, StatementID, Policy string
	Condition                              *struct{ Type, Key, Value string }
}

// putPermission replaces the policy of a bus. A statement takes the place of the whole policy here: one at a time is what it
// knows of the older form.
func (s service) putPermission(_ *wire.Request, b world.Bus, in permission) (any, error) {
	if in.Policy == "" {
		if in.Action != "events:PutEvents" || in.Principal == "" || in.StatementID == "" || in.Condition != nil {
			return nil, invalid("Give a Policy, or StatementId, Action events:PutEvents and Principal; conditions are not simulated but in a Policy.")
		}
		principal := `"*"`
		if in.Principal != "*" {
			principal = `{"AWS": "arn:` + s.w.Partition + `:iam::` + in.Principal + `:root"}`
		}
		in.Policy = `{"Version": "2012-10-17", "Statement": [{"Sid": "` + in.StatementID + `", "Effect": "Allow", "Principal": ` + principal +
			`, "Action": "events:PutEvents", "Resource": "` + s.w.Events.BusARN(b) + `"}]}`
	}
	if _, err := policydoc.ParseResource(in.Policy); err != nil {
		return nil, invalid("Malformed policy. Reason: %v", err)
	}
	b.Policy = in.Policy
	s.w.Events.Buses.Put(b.Key(), b)
	return nil, nil
}

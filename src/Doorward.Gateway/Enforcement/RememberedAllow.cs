using Doorward.Gateway.Feed;

namespace Doorward.Gateway.Enforcement;

/// <summary>
/// An allow with everything that it was computed from. Evaluation is a pure function: the same inputs, compared by
/// identity, have the same answer. Only kept where no policy reads the clock or the request itself.
/// </summary>
internal sealed record RememberedAllow(Judgement Judgement, GatewayApplication Application, SessionView? View, RequestFacts Facts)
{
    public bool Holds(GatewayState state, GatewayApplication application, SessionView? view, RequestFacts facts)
    {
        var before = Judgement.State;
        return ReferenceEquals(state.Policies, before.Policies)
            && ReferenceEquals(state.Groups, before.Groups)
            && ReferenceEquals(state.Networks, before.Networks)
            && ReferenceEquals(state.DeviceOf(view), before.DeviceOf(view))
            && ReferenceEquals(application, Application)
            && ReferenceEquals(view, View)
            && facts.Action == Facts.Action
            && facts.Address.Equals(Facts.Address)
            && facts.Tunnel == Facts.Tunnel
            && facts.Device == Facts.Device;
    }
}

using Doorward.Gateway.Feed;
using Doorward.Gateway.Forwarding;

namespace Doorward.Gateway.Assertions;

/// <summary>An identity as it was asserted, and what it was asserted of: as good as new until any of that changes.</summary>
internal sealed record IssuedAssertion(ForwardedIdentity Identity, SessionView View, GroupTable Groups, GatewaySettings Settings, DateTimeOffset FreshUntil);

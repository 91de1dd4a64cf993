using System.Collections.Frozen;
using System.Collections.Immutable;
using Doorward.Core.Protocol;

namespace Doorward.Gateway.Feed;

/// <summary>A connector as the control plane says it.</summary>
/// <param name="Replicas">Ids of those that have joined and are not retired.</param>
/// <param name="Draining">Of those the ones that were told to drain.</param>
internal sealed record GatewayConnector(FrozenSet<string> Replicas, FrozenSet<string> Draining)
{
    /// <summary>Those that are asked for new streams.</summary>
    public ImmutableArray<string> InService { get; } = [.. Replicas.Except(Draining)];

    public static GatewayConnector Of(ConnectorState state) =>
        new(state.Replicas.ToFrozenSet(StringComparer.Ordinal), state.Draining.ToFrozenSet(StringComparer.Ordinal));
}

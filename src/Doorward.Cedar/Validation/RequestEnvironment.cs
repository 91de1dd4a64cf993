using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Validation;

/// <summary>A kind of request that the schema allows: an action, with types of principal and resource that it applies to.</summary>
internal sealed record RequestEnvironment(EntityType Principal, ActionDefinition Action, EntityType Resource)
{
    public EntityType ActionType { get; } = new(Action.Uid.Type);

    public override string ToString() => $"principal {Principal}, {Action.Uid}, resource {Resource}";
}

using Doorward.Cedar.Compilation;

namespace Doorward.Cedar.Indexing;

/// <summary>A part of a scope.</summary>
internal enum ScopePart
{
    /// <summary>Who asks.</summary>
    Principal,

    /// <summary>What for.</summary>
    Action,

    /// <summary>On what.</summary>
    Resource,
}

internal static class ScopeParts
{
    public static ref readonly Demand Of(this ScopePart part, CompiledPolicy policy)
    {
        if (part == ScopePart.Principal) return ref policy.Principal;
        if (part == ScopePart.Action) return ref policy.Action;
        return ref policy.Resource;
    }

    public static Participant Of(this ScopePart part, Frame frame) => part switch
    {
        ScopePart.Principal => frame.Principal,
        ScopePart.Action => frame.Action,
        _ => frame.Resource,
    };
}

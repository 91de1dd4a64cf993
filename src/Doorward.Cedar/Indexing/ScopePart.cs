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
    public static Demand Of(this ScopePart part, CompiledScope scope) => part switch
    {
        ScopePart.Principal => scope.Principal,
        ScopePart.Action => scope.Action,
        _ => scope.Resource,
    };

    public static Participant Of(this ScopePart part, Frame frame) => part switch
    {
        ScopePart.Principal => frame.Principal,
        ScopePart.Action => frame.Action,
        _ => frame.Resource,
    };
}

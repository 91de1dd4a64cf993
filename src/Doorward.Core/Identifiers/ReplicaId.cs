namespace Doorward.Core.Identifiers;

/// <summary>Names one replica of a connector; never reused. It stands in its certificate, so it is a name of a component.</summary>
public static class ReplicaId
{
    public static string New() => Identifier.New("rep").Replace('_', '-');
}

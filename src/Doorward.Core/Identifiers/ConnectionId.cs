namespace Doorward.Core.Identifiers;

/// <summary>Names one live connection on a grant.</summary>
public readonly record struct ConnectionId(string Value)
{
    public static ConnectionId New() => new(Identifier.New("con"));

    public override string ToString() => Value;
}

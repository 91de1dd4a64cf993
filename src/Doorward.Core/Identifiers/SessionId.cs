namespace Doorward.Core.Identifiers;

/// <summary>Names one sign-in of one subject.</summary>
public readonly record struct SessionId(string Value)
{
    public static SessionId New() => new(Identifier.New("ses"));

    public override string ToString() => Value;
}

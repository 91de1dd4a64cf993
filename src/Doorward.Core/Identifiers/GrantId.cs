namespace Doorward.Core.Identifiers;

/// <summary>Names an allow in use.</summary>
public readonly record struct GrantId(string Value)
{
    public static GrantId New() => new(Identifier.New("grn"));

    public override string ToString() => Value;
}

namespace Doorward.Core.Identifiers;

/// <summary>Names one recorded decision; the reference id that people see.</summary>
public readonly record struct DecisionId(string Value)
{
    public static DecisionId New() => new(Identifier.New("dec"));

    public override string ToString() => Value;
}

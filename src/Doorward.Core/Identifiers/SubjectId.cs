namespace Doorward.Core.Identifiers;

/// <summary>Names a person or service account; never reused.</summary>
public readonly record struct SubjectId(string Value)
{
    public static SubjectId New() => new(Identifier.New("sub"));

    public override string ToString() => Value;
}

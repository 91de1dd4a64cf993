namespace Doorward.Cedar.Tests.Differential;

/// <summary>The types that random schemas and expressions know.</summary>
internal enum Kind
{
    Bool,
    Long,
    String,
    Entity,
    Decimal,
    DateTime,
    Duration,
    Ip,
    Record,
    SetOfLongs,
    SetOfStrings,
    SetOfEntities,
}

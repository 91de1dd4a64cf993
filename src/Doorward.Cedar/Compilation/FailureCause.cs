namespace Doorward.Cedar.Compilation;

/// <summary>Why an expression has no value. Each stands for one sentence of <see cref="Evaluation.EvaluationText"/>.</summary>
internal enum FailureCause : byte
{
    /// <summary>Another type is needed. Of: the type needed, the type found.</summary>
    Needed,

    /// <summary>What is asked for an attribute has none. Of: its type.</summary>
    NoAttributes,

    /// <summary>The entity asked for an attribute is not in the store. Of: its entity type, the attribute.</summary>
    MissingEntity,

    /// <summary>The record does not have the attribute. Of: null, the attribute.</summary>
    MissingInRecord,

    /// <summary>The entity does not have the attribute. Of: its entity type, the attribute.</summary>
    MissingInEntity,

    /// <summary><c>has</c> on something without attributes. Of: its type.</summary>
    HasTarget,

    /// <summary>The entity does not have the tag. Of: its entity type.</summary>
    MissingTag,

    /// <summary>An operator on types it does not take. Of: the type on the left, the type on the right, the operator.</summary>
    Operator,

    /// <summary>The right side of <c>in</c> is neither entity nor set. Of: its type.</summary>
    InTarget,

    /// <summary>The right side of <c>in</c> is a set with something else in it. Of: the type of that.</summary>
    InElement,

    /// <summary>Beyond 64 bits.</summary>
    Overflow,

    /// <summary>An extension function was given a value of the wrong type. Of: its sentence.</summary>
    FunctionType,

    /// <summary>An extension function could not do its work. Of: its sentence.</summary>
    Function,
}

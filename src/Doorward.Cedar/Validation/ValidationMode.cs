namespace Doorward.Cedar.Validation;

/// <summary>How much a validated policy may leave open.</summary>
public enum ValidationMode
{
    /// <summary>
    /// What two values have in common must be one declared type, texts of extension values are written out, and sets have elements:
    /// what Cedar's own tools demand, and what analysis needs.
    /// </summary>
    Strict = 0,

    /// <summary>All that cannot fail in evaluation, as an entity that is of one of two types.</summary>
    Permissive = 1,
}

namespace Doorward.Control.Changes;

/// <summary>An entity that carries the revision of its last change.</summary>
public interface IRevised
{
    long Revision { get; set; }
}

namespace Doorward.Cedar.Compilation;

/// <summary>Principal, action or resource of a request, with what the store says of it, which is asked when first needed.</summary>
internal sealed class Participant
{
    public static readonly EntityValue Nobody = new(default);

    private bool _isFound;
    private EntityNode? _node;

    public EntityValue Name { get; private set; } = Nobody;

    public void Begin(EntityValue name) => (Name, _isFound, _node) = (name, false, null);

    public EntityNode? Find(Frame frame)
    {
        if (_isFound) return _node;
        _isFound = true;
        return _node = frame.LookUp(Name);
    }
}

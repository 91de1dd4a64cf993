namespace Doorward.Cedar;

/// <summary>The entities directly below one, whether or not that one is in the store itself.</summary>
internal sealed class Children(EntityValue parent, HashTrie<EntityValue, Children.ItselfNaming> names)
{
    public EntityValue Parent => parent;

    public HashTrie<EntityValue, ItselfNaming> Names => names;

    internal readonly struct Naming : INaming<Children>
    {
        public static EntityValue NameOf(Children item) => item.Parent;
    }

    internal readonly struct ItselfNaming : INaming<EntityValue>
    {
        public static EntityValue NameOf(EntityValue item) => item;
    }
}

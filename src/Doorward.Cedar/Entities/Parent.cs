namespace Doorward.Cedar;

/// <summary>An entity that others lie directly below, with everything above it. All of those share it.</summary>
internal sealed class Parent(EntityValue name, AncestorSet above)
{
    public EntityValue Name => name;

    public AncestorSet Above => above;

    public bool IsOrIsBelow(EntityValue other) => name.Equals(other) || above.Contains(other);

    internal readonly struct Naming : INaming<Parent>
    {
        public static EntityValue NameOf(Parent item) => item.Name;
    }
}

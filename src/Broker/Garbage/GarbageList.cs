using RenderFarm.Storage;

namespace RenderFarm.Broker.Garbage;

/// <summary>
/// What may be garbage, as far as its age and its neighbours say. Bounded; marking takes off it
/// what somebody refers to.
/// </summary>
/// <param name="most">It takes no more once it holds so many objects.</param>
internal sealed class GarbageList(int most)
{
    private int count;

    /// <summary>Files of attempts that were not accepted, by render key.</summary>
    public Dictionary<string, List<StoredObject>> Attempts { get; } = [];

    /// <summary>Accepted clips, by render key.</summary>
    public Dictionary<string, ClipFolder> Clips { get; } = [];

    /// <summary>Images, videos and sound, by digest.</summary>
    public Dictionary<string, StoredObject> Inputs { get; } = [];

    /// <summary>Checkpoints; nobody refers to one.</summary>
    public List<StoredObject> Checkpoints { get; } = [];

    /// <summary>Whether it takes no more.</summary>
    public bool IsFull => count >= most;

    /// <summary>Whether specs of ended jobs matter, and not only their cuts.</summary>
    public bool NeedsSpecs => Clips.Count > 0 || Inputs.Count > 0;

    /// <summary>Whether anything on it could be referred to.</summary>
    public bool NeedsMarks => NeedsSpecs || Attempts.Count > 0;

    /// <summary>Puts attempts' files on it.</summary>
    public void AddAttempts(string renderKey, List<StoredObject> files)
    {
        if (files.Count > 0 && !IsFull)
        {
            Attempts[renderKey] = files;
            count += files.Count;
        }
    }

    /// <summary>Puts an accepted clip on it.</summary>
    public void AddClip(ClipFolder clip)
    {
        if (!IsFull)
        {
            Clips[clip.RenderKey] = clip;
            count += clip.Objects.Count;
        }
    }

    /// <summary>Puts an image or a sound on it.</summary>
    public void AddInput(string sha256, StoredObject input)
    {
        if (!IsFull)
        {
            Inputs[sha256] = input;
            count++;
        }
    }

    /// <summary>Puts a checkpoint on it.</summary>
    public void AddCheckpoint(StoredObject checkpoint)
    {
        if (!IsFull)
        {
            Checkpoints.Add(checkpoint);
            count++;
        }
    }
}

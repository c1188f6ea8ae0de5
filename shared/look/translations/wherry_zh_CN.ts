<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<!--
The words that stand for the same thing everywhere. Short sentences, “您” where somebody is spoken to,
a space between Chinese and Latin letters or numbers, full-width marks; keys as (&X) after the word, before “…”.

account 账户          fingerprint 指纹       pane 一侧 / 窗格      session 会话
audit trail 审计记录   folder 文件夹          password 密码         shared folder 共享文件夹
ban 封禁              home folder 主文件夹   pause 暂停            skip 跳过
bookmark 书签         identity 身份          permission 权限       stalled 停滞
compare 比较          in step 同步浏览       queue 队列            tab 标签页
conflict 冲突         keyring 密钥环         quota 配额            this computer 本机
connect 连接          link 链接              rename 重命名         transfer 传输
download 下载         log 日志               resume 继续 / 续传    trash 回收站
failed 失败           nearby 附近            retry 重试            upload 上传
filter 筛选           overwrite 覆盖         server 服务器         verify 校验
-->
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AccountDesk</name>
    <message>
        <source>Its sessions end now. The files stay in {home}.</source>
        <translation>它的会话会立即结束。文件保留在 {home}。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Remove the account {name}?</source>
        <translation>删除账户 {name}？</translation>
    </message>
    <message>
        <source>Share no more</source>
        <translation>停止共享</translation>
    </message>
    <message>
        <source>Share {name} no more?</source>
        <translation>停止共享 {name}？</translation>
    </message>
    <message>
        <source>The sessions of those who have it end now. The files stay in {folder}.</source>
        <translation>使用它的账户的会话会立即结束。文件保留在 {folder}。</translation>
    </message>
</context>
<context>
    <name>AccountFields</name>
    <message>
        <source>For example: anna</source>
        <translation>例如：anna</translation>
    </message>
    <message>
        <source>Give the account a name.</source>
        <translation>请填写账户名称。</translation>
    </message>
    <message>
        <source>Home folder</source>
        <translation>主文件夹</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
</context>
<context>
    <name>AccountModel</name>
    <message>
        <source>%1 files</source>
        <translation>%1 个文件</translation>
    </message>
    <message>
        <source>1 file</source>
        <translation>1 个文件</translation>
    </message>
    <message>
        <source>Access</source>
        <translation>访问权限</translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>Home folder</source>
        <translation>主文件夹</translation>
    </message>
    <message>
        <source>Last login</source>
        <translation>上次登录</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从未</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>空间</translation>
    </message>
</context>
<context>
    <name>AccountPage</name>
    <message>
        <source>Accounts</source>
        <translation>账户</translation>
    </message>
    <message>
        <source>Add account…</source>
        <translation>添加账户…</translation>
    </message>
    <message>
        <source>Add one for each person who may connect.</source>
        <translation>为每个可以连接的人添加一个账户。</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>编辑…</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>No accounts yet</source>
        <translation>还没有账户</translation>
    </message>
    <message>
        <source>Open home folder</source>
        <translation>打开主文件夹</translation>
    </message>
    <message>
        <source>Password…</source>
        <translation>密码…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>删除…</translation>
    </message>
</context>
<context>
    <name>AddressCard</name>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>Copy the fingerprint</source>
        <translation>复制指纹</translation>
    </message>
    <message>
        <source>Copy the link</source>
        <translation>复制链接</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>指纹</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>链接</translation>
    </message>
    <message>
        <source>This address works on this computer only.</source>
        <translation>此地址只能在本机使用。</translation>
    </message>
    <message>
        <source>Wi-Fi</source>
        <translation>Wi-Fi</translation>
    </message>
    <message>
        <source>cable</source>
        <translation>有线</translation>
    </message>
</context>
<context>
    <name>AmountField</name>
    <message>
        <source>At most</source>
        <translation>最多</translation>
    </message>
    <message>
        <source>{name}: limited</source>
        <translation>{name}：限制</translation>
    </message>
    <message>
        <source>{name}: unit</source>
        <translation>{name}：单位</translation>
    </message>
</context>
<context>
    <name>AwayController</name>
    <message>
        <source>%1 items were transferred.</source>
        <translation>已传输 %1 项。</translation>
    </message>
    <message>
        <source>%1 transfers failed</source>
        <translation>%1 项传输失败</translation>
    </message>
    <message>
        <source>1 item was transferred.</source>
        <translation>已传输 1 项。</translation>
    </message>
    <message>
        <source>1 transfer failed</source>
        <translation>1 项传输失败</translation>
    </message>
    <message>
        <source>All transfers are done</source>
        <translation>所有传输已完成</translation>
    </message>
    <message>
        <source>Files are being transferred</source>
        <translation>正在传输文件</translation>
    </message>
    <message>
        <source>It took %1.</source>
        <translation>用时 %1。</translation>
    </message>
</context>
<context>
    <name>BanDialog</name>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Address or network</source>
        <translation>地址或网络</translation>
    </message>
    <message>
        <source>Ban</source>
        <translation>封禁</translation>
    </message>
    <message>
        <source>Ban an address</source>
        <translation>封禁地址</translation>
    </message>
    <message>
        <source>For a day</source>
        <translation>一天</translation>
    </message>
    <message>
        <source>For a week</source>
        <translation>一周</translation>
    </message>
    <message>
        <source>For an hour</source>
        <translation>一小时</translation>
    </message>
    <message>
        <source>For example: 203.0.113.7 or 203.0.113.0/24</source>
        <translation>例如：203.0.113.7 或 203.0.113.0/24</translation>
    </message>
    <message>
        <source>For how long</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>For you to remember</source>
        <translation>供自己备忘</translation>
    </message>
    <message>
        <source>Name an address or a network.</source>
        <translation>请填写地址或网络。</translation>
    </message>
    <message>
        <source>Nobody from there can connect, and the sessions from there end now.</source>
        <translation>来自那里的人都无法连接，已有的会话会立即结束。</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Until it is lifted</source>
        <translation>直到手动解除</translation>
    </message>
</context>
<context>
    <name>BanModel</name>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Banned by hand</source>
        <translation>手动封禁</translation>
    </message>
    <message>
        <source>It is lifted</source>
        <translation>解除为止</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>开始时间</translation>
    </message>
    <message>
        <source>Too many failed logins</source>
        <translation>登录失败次数过多</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>截止时间</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>BanPage</name>
    <message>
        <source>Addresses that guess passwords are kept out for a while and show here.</source>
        <translation>猜测密码的地址会被暂时拒绝，并显示在这里。</translation>
    </message>
    <message>
        <source>Ban an address…</source>
        <translation>封禁地址…</translation>
    </message>
    <message>
        <source>Bans</source>
        <translation>封禁</translation>
    </message>
    <message>
        <source>Lift this ban</source>
        <translation>解除封禁</translation>
    </message>
    <message>
        <source>Nobody is banned</source>
        <translation>没有被封禁的地址</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>BookmarkDialog</name>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>Bookmark these folders</source>
        <translation>为这两个文件夹添加书签</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Name of the bookmark</source>
        <translation>书签名称</translation>
    </message>
</context>
<context>
    <name>BookmarksController</name>
    <message>
        <source>This folder's name cannot be kept in a bookmark.</source>
        <translation>此文件夹的名称无法保存到书签中。</translation>
    </message>
</context>
<context>
    <name>Breadcrumb</name>
    <message>
        <source>Folder %1</source>
        <translation>文件夹 %1</translation>
    </message>
    <message>
        <source>Folders in between</source>
        <translation>中间的文件夹</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>路径</translation>
    </message>
</context>
<context>
    <name>BusyLine</name>
    <message>
        <source>Loading</source>
        <translation>正在加载</translation>
    </message>
</context>
<context>
    <name>ChangePasswordDialog</name>
    <message>
        <source>&amp;Change password</source>
        <translation>更改密码(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;New password</source>
        <translation>新密码(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Present password</source>
        <translation>当前密码(&amp;P)</translation>
    </message>
    <message>
        <source>A new password is needed: an empty one would let everybody in.</source>
        <translation>需要新密码：空密码会让任何人都能登录。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Change the password for %1</source>
        <translation>更改 %1 的密码</translation>
    </message>
    <message>
        <source>New one &amp;again</source>
        <translation>再次输入新密码(&amp;A)</translation>
    </message>
    <message>
        <source>The new password is the present one.</source>
        <translation>新密码与当前密码相同。</translation>
    </message>
    <message>
        <source>The two new passwords differ.</source>
        <translation>两次输入的新密码不一致。</translation>
    </message>
    <message>
        <source>Where you are logged in from other computers, you have to log in again with the new one.</source>
        <translation>在其他电脑上登录的位置，需要用新密码重新登录。</translation>
    </message>
</context>
<context>
    <name>ChangesController</name>
    <message>
        <source>%1 First: %2</source>
        <translation>%1第一项：%2</translation>
    </message>
    <message>
        <source>%1 of %2 could not be changed.</source>
        <translation>%2 项中有 %1 项无法更改。</translation>
    </message>
    <message>
        <source>%1 of %2 could not be deleted.</source>
        <translation>%2 项中有 %1 项无法删除。</translation>
    </message>
    <message>
        <source>%1 of %2 could not be moved.</source>
        <translation>%2 项中有 %1 项无法移动。</translation>
    </message>
    <message>
        <source>Changing permissions</source>
        <translation>正在更改权限</translation>
    </message>
    <message>
        <source>Deleting %1</source>
        <translation>正在删除 %1</translation>
    </message>
    <message>
        <source>Moving %1</source>
        <translation>正在移动 %1</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新建文件夹</translation>
    </message>
</context>
<context>
    <name>CheckDialog</name>
    <message>
        <source>Can others reach this server?</source>
        <translation>其他电脑能连接到此服务器吗？</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>复制命令</translation>
    </message>
    <message>
        <source>From this computer nothing is seen that would be in the way.</source>
        <translation>在本机上没有发现障碍。</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Not known</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Something is in the way.</source>
        <translation>有东西阻碍了连接。</translation>
    </message>
    <message>
        <source>This cannot be known from here.</source>
        <translation>在这里无法得知。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Trying this computer's own addresses…</source>
        <translation>正在尝试本机的各个地址…</translation>
    </message>
    <message>
        <source>What was found out</source>
        <translation>检查结果</translation>
    </message>
</context>
<context>
    <name>ColourPicker</name>
    <message>
        <source>Blue</source>
        <translation>蓝色</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>绿色</translation>
    </message>
    <message>
        <source>No colour</source>
        <translation>无颜色</translation>
    </message>
    <message>
        <source>Ochre</source>
        <translation>赭色</translation>
    </message>
    <message>
        <source>Orange</source>
        <translation>橙色</translation>
    </message>
    <message>
        <source>Pink</source>
        <translation>粉色</translation>
    </message>
    <message>
        <source>Purple</source>
        <translation>紫色</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>红色</translation>
    </message>
    <message>
        <source>Teal</source>
        <translation>青色</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Nothing of that name can be done here now</source>
        <translation>现在没有符合此名称的操作</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>想做什么？</translation>
    </message>
</context>
<context>
    <name>CompareBar</name>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Also read files of the same size on both sides and compare what is in them</source>
        <translation>对两侧大小相同的文件，也读取并比较其内容</translation>
    </message>
    <message>
        <source>Compare no more  (Ctrl+O)</source>
        <translation>停止比较  (Ctrl+O)</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Different</source>
        <translation>不同</translation>
    </message>
    <message>
        <source>Equal</source>
        <translation>相同</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>Newer</source>
        <translation>较新</translation>
    </message>
</context>
<context>
    <name>CompareController</name>
    <message>
        <source>Comparing the contents of %1 files</source>
        <translation>正在比较 %1 个文件的内容</translation>
    </message>
    <message>
        <source>Connect to a server first; then both sides can be compared.</source>
        <translation>请先连接服务器，然后才能比较两侧。</translation>
    </message>
</context>
<context>
    <name>ConflictDialog</name>
    <message>
        <source>&amp;Keep both</source>
        <translation>保留两者(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Overwrite</source>
        <translation>覆盖(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Skip</source>
        <translation>跳过(&amp;S)</translation>
    </message>
    <message>
        <source>Are the contents equal?</source>
        <translation>内容是否相同？</translation>
    </message>
    <message>
        <source>Changed pa&amp;rts</source>
        <translation>仅更改的部分(&amp;R)</translation>
    </message>
    <message>
        <source>Co&amp;mpare them</source>
        <translation>比较(&amp;M)</translation>
    </message>
    <message>
        <source>Comparing the contents: %1 %</source>
        <translation>正在比较内容：%1 %</translation>
    </message>
    <message>
        <source>Decide &amp;later</source>
        <translation>稍后决定(&amp;L)</translation>
    </message>
    <message>
        <source>Do this for &amp;all of this batch</source>
        <translation>应用于本批所有文件(&amp;A)</translation>
    </message>
    <message>
        <source>Do this for &amp;all of this batch (%1 more are waiting)</source>
        <translation>应用于本批所有文件（还有 %1 个等待）(&amp;A)</translation>
    </message>
    <message>
        <source>Do this for &amp;all of this batch (1 more is waiting)</source>
        <translation>应用于本批所有文件（还有 1 个等待）(&amp;A)</translation>
    </message>
    <message>
        <source>Existing, %1</source>
        <translation>现有，%1</translation>
    </message>
    <message>
        <source>If &amp;content differs</source>
        <translation>若内容不同(&amp;C)</translation>
    </message>
    <message>
        <source>If &amp;newer</source>
        <translation>若较新(&amp;N)</translation>
    </message>
    <message>
        <source>If si&amp;ze differs</source>
        <translation>若大小不同(&amp;Z)</translation>
    </message>
    <message>
        <source>Leave the existing file as it is.</source>
        <translation>保留现有文件不变。</translation>
    </message>
    <message>
        <source>Move the new file under a name that is free.</source>
        <translation>为新文件另取一个未占用的名称。</translation>
    </message>
    <message>
        <source>New, %1</source>
        <translation>新文件，%1</translation>
    </message>
    <message>
        <source>On the server: %1</source>
        <translation>位于服务器：%1</translation>
    </message>
    <message>
        <source>On this computer: %1</source>
        <translation>位于本机：%1</translation>
    </message>
    <message>
        <source>Read both sides and replace it only if the contents differ; else skip.</source>
        <translation>读取两侧，仅当内容不同时替换；否则跳过。</translation>
    </message>
    <message>
        <source>Replace it only</source>
        <translation>有条件替换</translation>
    </message>
    <message>
        <source>Replace it only if the new file was changed later; else skip.</source>
        <translation>仅当新文件的修改时间较晚时替换；否则跳过。</translation>
    </message>
    <message>
        <source>Replace it only if the sizes differ; else skip.</source>
        <translation>仅当大小不同时替换；否则跳过。</translation>
    </message>
    <message>
        <source>Replace it, and send only the parts that differ.</source>
        <translation>替换，并且只发送不同的部分。</translation>
    </message>
    <message>
        <source>Replace it. What it holds now is lost.</source>
        <translation>替换现有文件，其原有内容将丢失。</translation>
    </message>
    <message>
        <source>The contents are equal.</source>
        <translation>内容相同。</translation>
    </message>
    <message>
        <source>The contents differ.</source>
        <translation>内容不同。</translation>
    </message>
    <message>
        <source>The file waits in the queue until you answer.</source>
        <translation>文件会在队列中等待，直到您作出决定。</translation>
    </message>
    <message>
        <source>The sizes differ, and so the contents.</source>
        <translation>大小不同，因此内容也不同。</translation>
    </message>
    <message>
        <source>larger</source>
        <translation>较大</translation>
    </message>
    <message>
        <source>newer</source>
        <translation>较新</translation>
    </message>
    <message>
        <source>on the server</source>
        <translation>服务器上</translation>
    </message>
    <message>
        <source>on this computer</source>
        <translation>本机上</translation>
    </message>
    <message>
        <source>“%1” already exists</source>
        <translation>“%1” 已存在</translation>
    </message>
</context>
<context>
    <name>ConnectForm</name>
    <message>
        <source>&amp;Connect</source>
        <translation>连接(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>密码(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Remember password</source>
        <translation>记住密码(&amp;R)</translation>
    </message>
    <message>
        <source>A&amp;ddress</source>
        <translation>地址(&amp;D)</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Connecting to %1…</source>
        <translation>正在连接 %1…</translation>
    </message>
    <message>
        <source>Give up connecting  (Esc)</source>
        <translation>放弃连接  (Esc)</translation>
    </message>
    <message>
        <source>Kept in this computer's keyring, never in a file.</source>
        <translation>保存在本机的密钥环中，绝不写入文件。</translation>
    </message>
    <message>
        <source>Leave empty to use the remembered one</source>
        <translation>留空则使用已记住的密码</translation>
    </message>
    <message>
        <source>Say who you are there: the name of your account stands before the @.</source>
        <translation>请注明您的身份：账户名称写在 @ 之前。</translation>
    </message>
    <message>
        <source>The user is missing</source>
        <translation>缺少用户名</translation>
    </message>
    <message>
        <source>Type your password for this server; none is remembered.</source>
        <translation>请输入此服务器的密码；没有已记住的密码。</translation>
    </message>
    <message>
        <source>Write it before the host, as in %1.</source>
        <translation>请写在主机名之前，例如 %1。</translation>
    </message>
    <message>
        <source>user@host, or a wherry:// link</source>
        <translation>user@host 或 wherry:// 链接</translation>
    </message>
</context>
<context>
    <name>ConnectPage</name>
    <message>
        <source>Connect to a server</source>
        <translation>连接到服务器</translation>
    </message>
    <message>
        <source>Straight to the other machine, encrypted all the way.</source>
        <translation>直达另一台电脑，全程加密。</translation>
    </message>
</context>
<context>
    <name>ConnectionController</name>
    <message>
        <source>Left %1. %2</source>
        <translation>已离开 %1。%2</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>The connection to %1 was lost. Trying again in %2 s; transfers go on by themselves.</source>
        <translation>与 %1 的连接已断开。%2 秒后重试；传输会自动继续。</translation>
    </message>
    <message>
        <source>The connection to %1 was lost. Trying again now; transfers go on by themselves.</source>
        <translation>与 %1 的连接已断开。正在重试；传输会自动继续。</translation>
    </message>
    <message>
        <source>The password for %1 was changed. Other computers have to log in again with the new one.</source>
        <translation>%1 的密码已更改。其他电脑需要用新密码重新登录。</translation>
    </message>
    <message>
        <source>This system has no keyring: the password is remembered until Wherry is closed.</source>
        <translation>此系统没有密钥环：密码只记住到 Wherry 关闭为止。</translation>
    </message>
    <message>
        <source>the connection is lost at the moment</source>
        <translation>目前连接已断开</translation>
    </message>
</context>
<context>
    <name>CopyingController</name>
    <message>
        <source>%1 names were there already; the new ones have a number.</source>
        <translation>有 %1 个名称已存在，新的副本已加上编号。</translation>
    </message>
    <message>
        <source>%1 of %2 could not be copied. First: %3</source>
        <translation>%2 项中有 %1 项无法复制。第一项：%3</translation>
    </message>
    <message>
        <source>Copying %1</source>
        <translation>正在复制 %1</translation>
    </message>
    <message>
        <source>Moving %1</source>
        <translation>正在移动 %1</translation>
    </message>
    <message>
        <source>“%1” is there already, so this one is called “%2”.</source>
        <translation>“%1” 已存在，因此新的副本命名为 “%2”。</translation>
    </message>
</context>
<context>
    <name>CountdownDialog</name>
    <message>
        <source>All transfers are done. %1 left to prevent it.</source>
        <translation>所有传输已完成。还有 %1 可以取消。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>剩余时间</translation>
    </message>
</context>
<context>
    <name>CrossingController</name>
    <message>
        <source>Connect to %1 to see where it goes.</source>
        <translation>请先连接 %1，才能看到它的去向。</translation>
    </message>
    <message>
        <source>Connect to a server first; then files can be copied there.</source>
        <translation>请先连接服务器，然后才能把文件复制到那里。</translation>
    </message>
</context>
<context>
    <name>DeleteDialog</name>
    <message>
        <source>%1 and %2</source>
        <translation>%1和 %2</translation>
    </message>
    <message>
        <source>%1 files</source>
        <translation>%1 个文件</translation>
    </message>
    <message>
        <source>%1 folders</source>
        <translation>%1 个文件夹</translation>
    </message>
    <message>
        <source>%1 items</source>
        <translation>%1 项</translation>
    </message>
    <message>
        <source>%1, and what is in the folders</source>
        <translation>%1，另加文件夹中的内容</translation>
    </message>
    <message>
        <source>&amp;Delete for good</source>
        <translation>永久删除(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Move to trash</source>
        <translation>移到回收站(&amp;M)</translation>
    </message>
    <message>
        <source>1 file</source>
        <translation>1 个文件</translation>
    </message>
    <message>
        <source>1 folder</source>
        <translation>1 个文件夹</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Delete %1 for good?</source>
        <translation>永久删除 %1？</translation>
    </message>
    <message>
        <source>Move %1 to the trash?</source>
        <translation>将 %1 移到回收站？</translation>
    </message>
    <message>
        <source>The folder goes with everything in it. There is no trash, and this cannot be undone.</source>
        <translation>文件夹及其中的所有内容都会被删除。这里没有回收站，操作无法撤销。</translation>
    </message>
    <message>
        <source>The folders go with everything in them. There is no trash, and this cannot be undone.</source>
        <translation>这些文件夹及其中的所有内容都会被删除。这里没有回收站，操作无法撤销。</translation>
    </message>
    <message>
        <source>This does not go to a trash and cannot be undone.</source>
        <translation>这里没有回收站，操作无法撤销。</translation>
    </message>
    <message>
        <source>Together</source>
        <translation>总计</translation>
    </message>
    <message>
        <source>You can bring it back from there until the trash is emptied.</source>
        <translation>清空回收站之前都可以恢复。</translation>
    </message>
    <message>
        <source>You can bring them back from there until the trash is emptied.</source>
        <translation>清空回收站之前都可以恢复。</translation>
    </message>
    <message>
        <source>and %1 more</source>
        <translation>以及另外 %1 项</translation>
    </message>
    <message>
        <source>folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>link</source>
        <translation>链接</translation>
    </message>
</context>
<context>
    <name>DirectoryModel</name>
    <message>
        <source>Different from the other side</source>
        <translation>与另一侧不同</translation>
    </message>
    <message>
        <source>Equal on both sides</source>
        <translation>两侧相同</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Modified</source>
        <translation>修改时间</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Newer than on the other side</source>
        <translation>比另一侧新</translation>
    </message>
    <message>
        <source>Older than on the other side</source>
        <translation>比另一侧旧</translation>
    </message>
    <message>
        <source>Only on this side</source>
        <translation>仅在这一侧</translation>
    </message>
    <message>
        <source>Permissions</source>
        <translation>权限</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
</context>
<context>
    <name>DragPicture</name>
    <message>
        <source>%1 items</source>
        <translation>%1 项</translation>
    </message>
</context>
<context>
    <name>EditAccountDialog</name>
    <message>
        <source>Account</source>
        <translation>账户</translation>
    </message>
    <message>
        <source>Account {name}</source>
        <translation>账户 {name}</translation>
    </message>
    <message>
        <source>Changes act at once. Those of speeds and of the number of sessions let its sessions go on; any other ends them, and what was cut resumes after the next login.</source>
        <translation>更改立即生效。更改速度和会话数时，现有会话会继续；其他更改会结束会话，中断的传输在下次登录后续传。</translation>
    </message>
    <message>
        <source>Files stay where they are when the name or the home folder changes.</source>
        <translation>更改名称或主文件夹时，文件保留在原处。</translation>
    </message>
    <message>
        <source>Give the home folder with its whole path.</source>
        <translation>请填写主文件夹的完整路径。</translation>
    </message>
    <message>
        <source>Home folder</source>
        <translation>主文件夹</translation>
    </message>
    <message>
        <source>Last login</source>
        <translation>上次登录</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>限制</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>创建时间</translation>
    </message>
    <message>
        <source>May log in</source>
        <translation>允许登录</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从未</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Permissions</source>
        <translation>权限</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Shared folders</source>
        <translation>共享文件夹</translation>
    </message>
</context>
<context>
    <name>EditingController</name>
    <message>
        <source>No program on this computer opens “%1”.</source>
        <translation>本机没有可以打开 “%1” 的程序。</translation>
    </message>
    <message>
        <source>Only files can be opened to edit them.</source>
        <translation>只能打开并编辑文件。</translation>
    </message>
    <message>
        <source>“%1” could not be fetched. The queue shows why.</source>
        <translation>无法获取 “%1”。原因见队列。</translation>
    </message>
    <message>
        <source>“%1” could not be uploaded. Your edited copy is kept: %2</source>
        <translation>无法上传 “%1”。您编辑的副本保留在：%2</translation>
    </message>
    <message>
        <source>“%1” was changed on the server meanwhile. Your copy was saved beside it as “%2”.</source>
        <translation>服务器上的 “%1” 在此期间被更改。您的副本已另存为旁边的 “%2”。</translation>
    </message>
    <message>
        <source>“%1” was saved on the server.</source>
        <translation>“%1” 已保存到服务器。</translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message>
        <source>%1 Nothing was changed.</source>
        <translation>%1没有更改任何内容。</translation>
    </message>
    <message>
        <source>%1 and %2 are one inside the other, and what is allowed in one would be allowed in the other</source>
        <translation>%1 和 %2 互相包含，在一处允许的操作在另一处也会被允许</translation>
    </message>
    <message>
        <source>%1 are needed, and %2 may be used</source>
        <translation>需要 %1，可用 %2</translation>
    </message>
    <message>
        <source>%1 blocks did not arrive intact</source>
        <translation>有 %1 个数据块未能完整送达</translation>
    </message>
    <message>
        <source>%1 bytes are needed, %2 are free</source>
        <translation>需要 %1 字节，可用 %2 字节</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>无法读取 %1：%2</translation>
    </message>
    <message>
        <source>%1 could not be read: %2</source>
        <translation>无法读取 %1：%2</translation>
    </message>
    <message>
        <source>%1 could not be understood (%2). Wherry starts without it; the old file is kept as %3.</source>
        <translation>%1 无法识别（%2）。Wherry 将不使用它启动；旧文件保留为 %3。</translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
    <message>
        <source>%1 in the transfer engine</source>
        <translation>传输引擎中的 %1</translation>
    </message>
    <message>
        <source>%1 is in the way</source>
        <translation>%1 挡住了位置</translation>
    </message>
    <message>
        <source>%1 is in use</source>
        <translation>%1 正在使用中</translation>
    </message>
    <message>
        <source>%1 is no PEM file</source>
        <translation>%1 不是 PEM 文件</translation>
    </message>
    <message>
        <source>%1 is not a folder</source>
        <translation>%1 不是文件夹</translation>
    </message>
    <message>
        <source>%1 itself cannot be removed</source>
        <translation>%1 本身不能删除</translation>
    </message>
    <message>
        <source>%1 itself cannot be renamed</source>
        <translation>%1 本身不能重命名</translation>
    </message>
    <message>
        <source>%1 itself is not changed</source>
        <translation>%1 本身不会更改</translation>
    </message>
    <message>
        <source>%1 of %2 bytes are used, %3 more are needed</source>
        <translation>已用 %1 / %2 字节，还需要 %3 字节</translation>
    </message>
    <message>
        <source>%1 of the queue of transfers could not be read and were left out. The queue as it was is kept as %2.</source>
        <translation>传输队列中有 %1 项无法读取，已略去。原队列保留为 %2。</translation>
    </message>
    <message>
        <source>%1 shows %2</source>
        <translation>%1 显示 %2</translation>
    </message>
    <message>
        <source>%1 shows %2, but %3 was accepted before</source>
        <translation>%1 显示 %2，但之前接受的是 %3</translation>
    </message>
    <message>
        <source>%1 shows %2, but the link means a server with %3</source>
        <translation>%1 显示 %2，但链接指的是指纹为 %3 的服务器</translation>
    </message>
    <message>
        <source>%1, port %2 did not answer within %3 seconds</source>
        <translation>%1 端口 %2 在 %3 秒内没有响应</translation>
    </message>
    <message>
        <source>%1, port %2 does not speak TLS 1.3 (%3)</source>
        <translation>%1 端口 %2 不支持 TLS 1.3（%3）</translation>
    </message>
    <message>
        <source>%1, port %2: %3</source>
        <translation>%1 端口 %2：%3</translation>
    </message>
    <message>
        <source>%1: its path cannot be followed</source>
        <translation>%1：无法到达此路径</translation>
    </message>
    <message>
        <source>%1: there is no such folder</source>
        <translation>%1：没有此文件夹</translation>
    </message>
    <message>
        <source>A home is needed</source>
        <translation>需要主文件夹</translation>
    </message>
    <message>
        <source>A shared folder cannot have this name</source>
        <translation>共享文件夹不能使用此名称</translation>
    </message>
    <message>
        <source>Address already in use</source>
        <translation>地址已被占用</translation>
    </message>
    <message>
        <source>Already exists</source>
        <translation>已存在</translation>
    </message>
    <message>
        <source>An identity that is there already is never overwritten: clients trust it.</source>
        <translation>已有的身份绝不会被覆盖：客户端信任它。</translation>
    </message>
    <message>
        <source>Another program, perhaps another Wherry Server, uses this port: choose another one.</source>
        <translation>另一个程序（可能是另一个 Wherry Server）正在使用此端口：请另选端口。</translation>
    </message>
    <message>
        <source>Ask whoever gave you the link; nothing was sent.</source>
        <translation>请询问给您链接的人；尚未发送任何内容。</translation>
    </message>
    <message>
        <source>Broken pipe</source>
        <translation>管道已断开</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>Cannot assign requested address</source>
        <translation>无法使用该地址</translation>
    </message>
    <message>
        <source>Check that Wherry Server is switched on there, and the port.</source>
        <translation>请确认那里的 Wherry Server 已开启，并检查端口。</translation>
    </message>
    <message>
        <source>Check that this is the port of a Wherry server.</source>
        <translation>请确认这是 Wherry 服务器的端口。</translation>
    </message>
    <message>
        <source>Check the address and the network.</source>
        <translation>请检查地址和网络。</translation>
    </message>
    <message>
        <source>Check the address and the port.</source>
        <translation>请检查地址和端口。</translation>
    </message>
    <message>
        <source>Check the address, and that a firewall lets this port through.</source>
        <translation>请检查地址，并确认防火墙放行此端口。</translation>
    </message>
    <message>
        <source>Check the disk, then retry.</source>
        <translation>请检查磁盘，然后重试。</translation>
    </message>
    <message>
        <source>Check the file's permissions.</source>
        <translation>请检查文件的权限。</translation>
    </message>
    <message>
        <source>Check the files' permissions, or restore them from a backup.</source>
        <translation>请检查文件的权限，或从备份恢复。</translation>
    </message>
    <message>
        <source>Check the folder's permissions and the free space.</source>
        <translation>请检查文件夹的权限和可用空间。</translation>
    </message>
    <message>
        <source>Check the folder's permissions and the space left on its disk.</source>
        <translation>请检查文件夹的权限和磁盘剩余空间。</translation>
    </message>
    <message>
        <source>Check the folder's permissions.</source>
        <translation>请检查文件夹的权限。</translation>
    </message>
    <message>
        <source>Check the name and the password.</source>
        <translation>请检查名称和密码。</translation>
    </message>
    <message>
        <source>Check the permissions of the file and of its folder.</source>
        <translation>请检查文件及其所在文件夹的权限。</translation>
    </message>
    <message>
        <source>Choose a folder beside or below, or keep the server's data elsewhere with --data.</source>
        <translation>请选择旁边或下级的文件夹，或用 --data 将服务器数据放在别处。</translation>
    </message>
    <message>
        <source>Choose a folder of your own with --profile.</source>
        <translation>请用 --profile 选择您自己的文件夹。</translation>
    </message>
    <message>
        <source>Choose another folder with --home.</source>
        <translation>请用 --home 选择其他文件夹。</translation>
    </message>
    <message>
        <source>Choose another folder with --profile.</source>
        <translation>请用 --profile 选择其他文件夹。</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>请选择其他文件夹。</translation>
    </message>
    <message>
        <source>Choose another name, or change the password of that account.</source>
        <translation>请选择其他名称，或更改该账户的密码。</translation>
    </message>
    <message>
        <source>Choose another with --data.</source>
        <translation>请用 --data 选择其他文件夹。</translation>
    </message>
    <message>
        <source>Choose one from 1 to 65535, or 0 for any.</source>
        <translation>请选择 1 到 65535，或 0 表示任意。</translation>
    </message>
    <message>
        <source>Choose overwrite, rename or skip.</source>
        <translation>请选择覆盖、重命名或跳过。</translation>
    </message>
    <message>
        <source>Close it to them: chmod 700 %1</source>
        <translation>请禁止他人访问：chmod 700 %1</translation>
    </message>
    <message>
        <source>Close the other window, or use another --profile.</source>
        <translation>请关闭另一个窗口，或使用其他 --profile。</translation>
    </message>
    <message>
        <source>Compare it with the fingerprint that Wherry Server shows on that machine.</source>
        <translation>请与那台电脑上 Wherry Server 显示的指纹核对。</translation>
    </message>
    <message>
        <source>Connection refused</source>
        <translation>连接被拒绝</translation>
    </message>
    <message>
        <source>Connection reset by peer</source>
        <translation>对方重置了连接</translation>
    </message>
    <message>
        <source>Connection timed out</source>
        <translation>连接超时</translation>
    </message>
    <message>
        <source>Could not connect</source>
        <translation>无法连接</translation>
    </message>
    <message>
        <source>Delete something, or ask for a larger quota, then retry.</source>
        <translation>请删除一些内容或申请更大的配额，然后重试。</translation>
    </message>
    <message>
        <source>Device or resource busy</source>
        <translation>设备或资源正忙</translation>
    </message>
    <message>
        <source>Did you mean %1?</source>
        <translation>是否指 %1？</translation>
    </message>
    <message>
        <source>Directory not empty</source>
        <translation>文件夹不为空</translation>
    </message>
    <message>
        <source>Disk quota exceeded</source>
        <translation>超出磁盘配额</translation>
    </message>
    <message>
        <source>Do not type the password again before you have compared the server's fingerprint.</source>
        <translation>在核对服务器指纹之前，请不要再次输入密码。</translation>
    </message>
    <message>
        <source>End it, or choose another folder with --profile.</source>
        <translation>请结束它，或用 --profile 选择其他文件夹。</translation>
    </message>
    <message>
        <source>File exists</source>
        <translation>文件已存在</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>文件名过长</translation>
    </message>
    <message>
        <source>File too large</source>
        <translation>文件过大</translation>
    </message>
    <message>
        <source>For example: anna, li.wei or jo@studio.</source>
        <translation>例如：anna、li.wei 或 jo@studio。</translation>
    </message>
    <message>
        <source>Free some space, then retry.</source>
        <translation>请释放一些空间，然后重试。</translation>
    </message>
    <message>
        <source>If the server was not set up anew, somebody may be in between: do not connect.</source>
        <translation>如果服务器没有重新安装过，可能有人从中截取：请不要连接。</translation>
    </message>
    <message>
        <source>In use by another transfer</source>
        <translation>正被另一个传输使用</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>输入/输出错误</translation>
    </message>
    <message>
        <source>Internal error</source>
        <translation>内部错误</translation>
    </message>
    <message>
        <source>Invalid argument</source>
        <translation>参数无效</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>是文件夹</translation>
    </message>
    <message>
        <source>It begins with “-----BEGIN”.</source>
        <translation>它以 “-----BEGIN” 开头。</translation>
    </message>
    <message>
        <source>It is what people see at the top of their files: Photos, or lab-data.</source>
        <translation>这是别人在自己文件顶层看到的名称：例如照片或 lab-data。</translation>
    </message>
    <message>
        <source>It may have been moved or deleted; refresh the listing.</source>
        <translation>可能已被移动或删除；请刷新列表。</translation>
    </message>
    <message>
        <source>Leave it out; it is asked for, or read with --password-stdin.</source>
        <translation>请去掉密码；连接时会询问，或用 --password-stdin 读取。</translation>
    </message>
    <message>
        <source>Lift some, or put networks on the deny list.</source>
        <translation>请解除一些封禁，或将网络加入拒绝列表。</translation>
    </message>
    <message>
        <source>Login refused</source>
        <translation>登录被拒绝</translation>
    </message>
    <message>
        <source>Look into %1.</source>
        <translation>请查看 %1。</translation>
    </message>
    <message>
        <source>Make it first, or look for a slip.</source>
        <translation>请先新建，或检查是否有笔误。</translation>
    </message>
    <message>
        <source>Make the folder first, or end its path with a slash.</source>
        <translation>请先新建该文件夹，或在路径末尾加上斜杠。</translation>
    </message>
    <message>
        <source>Make the folder, or give the account another home.</source>
        <translation>请新建该文件夹，或为账户指定其他主文件夹。</translation>
    </message>
    <message>
        <source>Mend the file or remove it: then the usual settings apply.</source>
        <translation>请修复或删除该文件：之后将使用默认设置。</translation>
    </message>
    <message>
        <source>Name an address, or a smaller network.</source>
        <translation>请填写地址或更小的网络。</translation>
    </message>
    <message>
        <source>Name or service not known</source>
        <translation>未知的名称或服务</translation>
    </message>
    <message>
        <source>Network is unreachable</source>
        <translation>网络不可达</translation>
    </message>
    <message>
        <source>No route to host</source>
        <translation>没有到主机的路由</translation>
    </message>
    <message>
        <source>No space left</source>
        <translation>空间不足</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>磁盘空间不足</translation>
    </message>
    <message>
        <source>No such account</source>
        <translation>没有此账户</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>没有此文件或文件夹</translation>
    </message>
    <message>
        <source>No such shared folder</source>
        <translation>没有此共享文件夹</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>不是文件夹</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <source>Not on the same disk</source>
        <translation>不在同一磁盘上</translation>
    </message>
    <message>
        <source>Not supported</source>
        <translation>不支持</translation>
    </message>
    <message>
        <source>Nothing was changed. Bring a certificate and its key without a passphrase, both as PEM.</source>
        <translation>没有更改任何内容。请提供 PEM 格式的证书及其不带口令的私钥。</translation>
    </message>
    <message>
        <source>Operation not permitted</source>
        <translation>不允许此操作</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>权限不足</translation>
    </message>
    <message>
        <source>Read-only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>文件系统为只读</translation>
    </message>
    <message>
        <source>Reading or writing failed</source>
        <translation>读取或写入失败</translation>
    </message>
    <message>
        <source>Restore both files from the same backup.</source>
        <translation>请从同一备份恢复这两个文件。</translation>
    </message>
    <message>
        <source>Restore the file from a backup, or delete it and confirm each server's fingerprint again.</source>
        <translation>请从备份恢复该文件，或将其删除并重新确认每个服务器的指纹。</translation>
    </message>
    <message>
        <source>Retry when the file is no longer being written.</source>
        <translation>请在文件不再被写入时重试。</translation>
    </message>
    <message>
        <source>Retry when the server runs again.</source>
        <translation>请在服务器重新运行后重试。</translation>
    </message>
    <message>
        <source>Retry; if it happens again, check the memory and disks of both machines.</source>
        <translation>请重试；如果再次发生，请检查两台电脑的内存和磁盘。</translation>
    </message>
    <message>
        <source>Run the server as that user, or choose another folder with --data.</source>
        <translation>请以该用户运行服务器，或用 --data 选择其他文件夹。</translation>
    </message>
    <message>
        <source>Run: chmod 600 %1</source>
        <translation>请运行：chmod 600 %1</translation>
    </message>
    <message>
        <source>Run: chmod 700 %1</source>
        <translation>请运行：chmod 700 %1</translation>
    </message>
    <message>
        <source>Share a folder that lies beside it.</source>
        <translation>请共享位于其旁边的文件夹。</translation>
    </message>
    <message>
        <source>Somebody may be in between, or the link is old: do not connect.</source>
        <translation>可能有人从中截取，或者链接已过期：请不要连接。</translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation>出了点问题</translation>
    </message>
    <message>
        <source>Stop it first, or choose another folder with --data and another port with --port.</source>
        <translation>请先停止它，或用 --data 选择其他文件夹并用 --port 选择其他端口。</translation>
    </message>
    <message>
        <source>Temporary failure in name resolution</source>
        <translation>名称解析暂时失败</translation>
    </message>
    <message>
        <source>Text file busy</source>
        <translation>程序文件正在运行</translation>
    </message>
    <message>
        <source>The account or the disk allows reading only.</source>
        <translation>该账户或磁盘只允许读取。</translation>
    </message>
    <message>
        <source>The connection was lost</source>
        <translation>连接已断开</translation>
    </message>
    <message>
        <source>The contents did not arrive intact</source>
        <translation>内容未能完整送达</translation>
    </message>
    <message>
        <source>The demo could not be started</source>
        <translation>无法启动演示</translation>
    </message>
    <message>
        <source>The file changed while it was being read</source>
        <translation>文件在读取时被更改</translation>
    </message>
    <message>
        <source>The folder is not empty</source>
        <translation>文件夹不为空</translation>
    </message>
    <message>
        <source>The list of known servers cannot be read</source>
        <translation>无法读取已知服务器列表</translation>
    </message>
    <message>
        <source>The list of known servers cannot be written</source>
        <translation>无法写入已知服务器列表</translation>
    </message>
    <message>
        <source>The log cannot be read</source>
        <translation>无法读取日志</translation>
    </message>
    <message>
        <source>The one before is kept under the same names with %1.</source>
        <translation>之前的身份以相同名称加 %1 保留。</translation>
    </message>
    <message>
        <source>The other side did not speak Wherry correctly</source>
        <translation>对方没有正确使用 Wherry 协议</translation>
    </message>
    <message>
        <source>The queue could not be stored</source>
        <translation>无法保存队列</translation>
    </message>
    <message>
        <source>The queue is open in another Wherry</source>
        <translation>队列已在另一个 Wherry 中打开</translation>
    </message>
    <message>
        <source>The queue of transfers could not be read: %1. Wherry starts with an empty one; the old one is kept as %2.</source>
        <translation>无法读取传输队列：%1。Wherry 将以空队列启动；旧队列保留为 %2。</translation>
    </message>
    <message>
        <source>The quota is used up</source>
        <translation>配额已用完</translation>
    </message>
    <message>
        <source>The request makes no sense</source>
        <translation>请求无效</translation>
    </message>
    <message>
        <source>The server cannot listen</source>
        <translation>服务器无法监听</translation>
    </message>
    <message>
        <source>The server could not listen there</source>
        <translation>服务器无法在该处监听</translation>
    </message>
    <message>
        <source>The server could not prove who it is</source>
        <translation>服务器无法证明自己的身份</translation>
    </message>
    <message>
        <source>The server ended the session</source>
        <translation>服务器结束了会话</translation>
    </message>
    <message>
        <source>The server is stopping</source>
        <translation>服务器正在停止</translation>
    </message>
    <message>
        <source>The server refused the connection</source>
        <translation>服务器拒绝了连接</translation>
    </message>
    <message>
        <source>The server runs already</source>
        <translation>服务器已在运行</translation>
    </message>
    <message>
        <source>The server's identity has changed</source>
        <translation>服务器的身份已改变</translation>
    </message>
    <message>
        <source>The server's identity is not known</source>
        <translation>服务器的身份未知</translation>
    </message>
    <message>
        <source>The settings cannot be read</source>
        <translation>无法读取设置</translation>
    </message>
    <message>
        <source>The settings could not be saved</source>
        <translation>无法保存设置</translation>
    </message>
    <message>
        <source>The start at login could not be changed</source>
        <translation>无法更改登录时启动</translation>
    </message>
    <message>
        <source>This account name is not allowed</source>
        <translation>不允许使用此账户名称</translation>
    </message>
    <message>
        <source>This cannot be set</source>
        <translation>无法这样设置</translation>
    </message>
    <message>
        <source>This folder cannot be a home</source>
        <translation>此文件夹不能作为主文件夹</translation>
    </message>
    <message>
        <source>This folder cannot be shared with this account</source>
        <translation>此文件夹不能与此账户共享</translation>
    </message>
    <message>
        <source>This identity cannot be used</source>
        <translation>无法使用此身份</translation>
    </message>
    <message>
        <source>This is a bug in Wherry; please report it with the log.</source>
        <translation>这是 Wherry 的缺陷；请附上日志报告。</translation>
    </message>
    <message>
        <source>This is a folder</source>
        <translation>这是文件夹</translation>
    </message>
    <message>
        <source>This is not a folder</source>
        <translation>这不是文件夹</translation>
    </message>
    <message>
        <source>This is not a regular file</source>
        <translation>这不是普通文件</translation>
    </message>
    <message>
        <source>This is not an address of a Wherry server</source>
        <translation>这不是 Wherry 服务器的地址</translation>
    </message>
    <message>
        <source>This name is not allowed</source>
        <translation>不允许使用此名称</translation>
    </message>
    <message>
        <source>This name is taken</source>
        <translation>此名称已被使用</translation>
    </message>
    <message>
        <source>This password cannot be used</source>
        <translation>无法使用此密码</translation>
    </message>
    <message>
        <source>Too large</source>
        <translation>过大</translation>
    </message>
    <message>
        <source>Too many open files</source>
        <translation>打开的文件过多</translation>
    </message>
    <message>
        <source>Update Wherry Server there.</source>
        <translation>请更新那里的 Wherry Server。</translation>
    </message>
    <message>
        <source>Wait %1 seconds, then try again.</source>
        <translation>请等待 %1 秒后重试。</translation>
    </message>
    <message>
        <source>Wait until the other transfer has ended, then retry.</source>
        <translation>请等待另一个传输结束，然后重试。</translation>
    </message>
    <message>
        <source>Wherry cannot use its settings</source>
        <translation>Wherry 无法使用其设置</translation>
    </message>
    <message>
        <source>Wherry is running already</source>
        <translation>Wherry 已在运行</translation>
    </message>
    <message>
        <source>Windows does not allow these characters in a name</source>
        <translation>Windows 不允许名称包含这些字符</translation>
    </message>
    <message>
        <source>Windows drops a dot or space at the end of a name</source>
        <translation>Windows 会去掉名称末尾的点或空格</translation>
    </message>
    <message>
        <source>Write for example 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32.</source>
        <translation>例如：192.0.2.7、192.0.2.0/24 或 2001:db8::/32。</translation>
    </message>
    <message>
        <source>Write it as %23.</source>
        <translation>请写成 %23。</translation>
    </message>
    <message>
        <source>Write it as %3F.</source>
        <translation>请写成 %3F。</translation>
    </message>
    <message>
        <source>Write wherry://USER@HOST/PATH.</source>
        <translation>请写成 wherry://用户@主机/路径。</translation>
    </message>
    <message>
        <source>Write wherry://USER@HOST:PORT/PATH.</source>
        <translation>请写成 wherry://用户@主机:端口/路径。</translation>
    </message>
    <message>
        <source>a file has the name that the folder needs</source>
        <translation>文件夹所需的名称已被文件占用</translation>
    </message>
    <message>
        <source>a folder cannot be moved into itself</source>
        <translation>文件夹不能移动到自身之中</translation>
    </message>
    <message>
        <source>a home or shared folder itself cannot be copied</source>
        <translation>主文件夹或共享文件夹本身不能复制</translation>
    </message>
    <message>
        <source>a link has no permissions of its own</source>
        <translation>链接本身没有权限</translation>
    </message>
    <message>
        <source>a link must not hold a password: it would be seen in lists of processes and in histories</source>
        <translation>链接中不得包含密码：它会出现在进程列表和历史记录中</translation>
    </message>
    <message>
        <source>a name may have at most %1 bytes</source>
        <translation>名称最多 %1 字节</translation>
    </message>
    <message>
        <source>a name may not be empty</source>
        <translation>名称不能为空</translation>
    </message>
    <message>
        <source>a name may not begin like a drive letter</source>
        <translation>名称不能以盘符形式开头</translation>
    </message>
    <message>
        <source>a name may not contain a NUL</source>
        <translation>名称不能包含空字符</translation>
    </message>
    <message>
        <source>a name may not contain a slash or a backslash</source>
        <translation>名称不能包含斜杠或反斜杠</translation>
    </message>
    <message>
        <source>a name may not contain lone surrogates</source>
        <translation>名称不能包含孤立的代理字符</translation>
    </message>
    <message>
        <source>a name may not contain overlong UTF-8</source>
        <translation>名称不能包含过长编码的 UTF-8</translation>
    </message>
    <message>
        <source>a path may have at most %1 bytes</source>
        <translation>路径最多 %1 字节</translation>
    </message>
    <message>
        <source>a path may have at most %1 levels</source>
        <translation>路径最多 %1 层</translation>
    </message>
    <message>
        <source>a pattern has 1 to %1 characters</source>
        <translation>模式须有 1 到 %1 个字符</translation>
    </message>
    <message>
        <source>all of the %1 files that may be here are used</source>
        <translation>这里允许的 %1 个文件已用完</translation>
    </message>
    <message>
        <source>another Wherry uses this profile, and does not answer</source>
        <translation>另一个 Wherry 正在使用此配置，并且没有响应</translation>
    </message>
    <message>
        <source>another server answered than the one logged in to</source>
        <translation>响应的服务器不是已登录的那一台</translation>
    </message>
    <message>
        <source>another server%1 uses %2</source>
        <translation>另一台服务器%1正在使用 %2</translation>
    </message>
    <message>
        <source>another transfer writes this file</source>
        <translation>另一个传输正在写入此文件</translation>
    </message>
    <message>
        <source>another upload to this file is under way</source>
        <translation>此文件的另一个上传正在进行</translation>
    </message>
    <message>
        <source>delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>half of the server's identity is missing: %1</source>
        <translation>服务器的身份缺少一半：%1</translation>
    </message>
    <message>
        <source>it holds what Wherry never wrote</source>
        <translation>其中含有并非 Wherry 写入的内容</translation>
    </message>
    <message>
        <source>it is damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>it is damaged (%1)</source>
        <translation>已损坏（%1）</translation>
    </message>
    <message>
        <source>it is not in the trash any more</source>
        <translation>它已不在回收站中</translation>
    </message>
    <message>
        <source>it was written by a newer version of Wherry</source>
        <translation>它由较新版本的 Wherry 写入</translation>
    </message>
    <message>
        <source>it was written to while it was sent</source>
        <translation>文件在发送时被写入</translation>
    </message>
    <message>
        <source>its worker said nothing about it</source>
        <translation>没有得到结果</translation>
    </message>
    <message>
        <source>links and special files are left as they are</source>
        <translation>链接和特殊文件保持原样</translation>
    </message>
    <message>
        <source>links and special files are not copied</source>
        <translation>不复制链接和特殊文件</translation>
    </message>
    <message>
        <source>make folders</source>
        <translation>新建文件夹</translation>
    </message>
    <message>
        <source>more than %1 entries</source>
        <translation>超过 %1 项</translation>
    </message>
    <message>
        <source>neither a file nor a folder</source>
        <translation>既不是文件也不是文件夹</translation>
    </message>
    <message>
        <source>nothing can be copied into itself</source>
        <translation>不能复制到自身之中</translation>
    </message>
    <message>
        <source>nothing can be copied or moved into itself</source>
        <translation>不能复制或移动到自身之中</translation>
    </message>
    <message>
        <source>nothing listens at %1, port %2</source>
        <translation>%1 端口 %2 没有程序监听</translation>
    </message>
    <message>
        <source>only regular files are transferred</source>
        <translation>只传输普通文件</translation>
    </message>
    <message>
        <source>other users can look into the profile folder %1</source>
        <translation>其他用户可以查看配置文件夹 %1</translation>
    </message>
    <message>
        <source>others can look into the data folder %1</source>
        <translation>其他用户可以查看数据文件夹 %1</translation>
    </message>
    <message>
        <source>others can read the server's key %1</source>
        <translation>其他用户可以读取服务器的密钥 %1</translation>
    </message>
    <message>
        <source>passwords of this server are changed by its owner</source>
        <translation>此服务器的密码由其所有者更改</translation>
    </message>
    <message>
        <source>put files</source>
        <translation>上传文件</translation>
    </message>
    <message>
        <source>read files</source>
        <translation>读取文件</translation>
    </message>
    <message>
        <source>rename or move</source>
        <translation>重命名或移动</translation>
    </message>
    <message>
        <source>replace or change files</source>
        <translation>替换或更改文件</translation>
    </message>
    <message>
        <source>see what is</source>
        <translation>查看内容</translation>
    </message>
    <message>
        <source>several things can only be copied into a folder that exists</source>
        <translation>多项内容只能复制到已有的文件夹</translation>
    </message>
    <message>
        <source>somebody else has changed the password meanwhile</source>
        <translation>密码在此期间已被他人更改</translation>
    </message>
    <message>
        <source>somebody replaced its unfinished part</source>
        <translation>未完成的部分已被他人替换</translation>
    </message>
    <message>
        <source>special files cannot be copied to another disk; the original stays beside the copy</source>
        <translation>特殊文件无法复制到其他磁盘；原件保留在副本旁边</translation>
    </message>
    <message>
        <source>stopped at the client's wish</source>
        <translation>已按客户端的要求停止</translation>
    </message>
    <message>
        <source>that would ban everybody</source>
        <translation>这会封禁所有人</translation>
    </message>
    <message>
        <source>the accounts are shared by several servers, which have no folder for homes in common</source>
        <translation>账户由多台服务器共享，它们没有共同的主文件夹位置</translation>
    </message>
    <message>
        <source>the contents differ from the server's</source>
        <translation>内容与服务器上的不同</translation>
    </message>
    <message>
        <source>the current password is wrong</source>
        <translation>当前密码错误</translation>
    </message>
    <message>
        <source>the current password must be proven first</source>
        <translation>必须先验证当前密码</translation>
    </message>
    <message>
        <source>the data folder %1 belongs to another user</source>
        <translation>数据文件夹 %1 属于其他用户</translation>
    </message>
    <message>
        <source>the data folder %1 cannot be locked: %2</source>
        <translation>无法锁定数据文件夹 %1：%2</translation>
    </message>
    <message>
        <source>the data folder %1 cannot be used: %2</source>
        <translation>无法使用数据文件夹 %1：%2</translation>
    </message>
    <message>
        <source>the file became shorter</source>
        <translation>文件变短了</translation>
    </message>
    <message>
        <source>the file is no longer there</source>
        <translation>文件已不存在</translation>
    </message>
    <message>
        <source>the file to replace changed meanwhile</source>
        <translation>要替换的文件在此期间被更改</translation>
    </message>
    <message>
        <source>the folder has no end</source>
        <translation>文件夹没有尽头</translation>
    </message>
    <message>
        <source>the folders are nested too deeply</source>
        <translation>文件夹嵌套过深</translation>
    </message>
    <message>
        <source>the home %1 cannot be opened: %2</source>
        <translation>无法打开主文件夹 %1：%2</translation>
    </message>
    <message>
        <source>the home folder of this account cannot be opened; tell the server's owner</source>
        <translation>无法打开此账户的主文件夹；请告知服务器所有者</translation>
    </message>
    <message>
        <source>the home itself is not a file</source>
        <translation>主文件夹本身不是文件</translation>
    </message>
    <message>
        <source>the identity in %1 cannot be replaced: %2</source>
        <translation>无法替换 %1 中的身份：%2</translation>
    </message>
    <message>
        <source>the link means a server with %1, but %2 was accepted for %3 before</source>
        <translation>链接指的是指纹为 %1 的服务器，但之前为 %3 接受的是 %2</translation>
    </message>
    <message>
        <source>the login was made for another connection; somebody may be in between</source>
        <translation>登录是为另一个连接作出的；可能有人从中截取</translation>
    </message>
    <message>
        <source>the name or the password is wrong</source>
        <translation>名称或密码错误</translation>
    </message>
    <message>
        <source>the other side closed the connection</source>
        <translation>对方关闭了连接</translation>
    </message>
    <message>
        <source>the other side goes on sending what it was asked to stop</source>
        <translation>对方收到停止请求后仍继续发送</translation>
    </message>
    <message>
        <source>the other side has been silent for too long</source>
        <translation>对方长时间没有响应</translation>
    </message>
    <message>
        <source>the other side is too slow to be there</source>
        <translation>对方过慢，无法继续</translation>
    </message>
    <message>
        <source>the other side stopped reading</source>
        <translation>对方停止了读取</translation>
    </message>
    <message>
        <source>the profile folder %1 belongs to another user</source>
        <translation>配置文件夹 %1 属于其他用户</translation>
    </message>
    <message>
        <source>the profile folder %1 cannot be used: %2</source>
        <translation>无法使用配置文件夹 %1：%2</translation>
    </message>
    <message>
        <source>the program is closing</source>
        <translation>程序正在关闭</translation>
    </message>
    <message>
        <source>the roots differ</source>
        <translation>校验值不一致</translation>
    </message>
    <message>
        <source>the same name came twice</source>
        <translation>同一名称出现了两次</translation>
    </message>
    <message>
        <source>the server answered “%1”</source>
        <translation>服务器答复 “%1”</translation>
    </message>
    <message>
        <source>the server closed the connection</source>
        <translation>服务器关闭了连接</translation>
    </message>
    <message>
        <source>the server did not finish the login in time</source>
        <translation>服务器没有及时完成登录</translation>
    </message>
    <message>
        <source>the server did not let a further connection in, in time</source>
        <translation>服务器没有及时接受新的连接</translation>
    </message>
    <message>
        <source>the server did not stop when it was asked to</source>
        <translation>服务器没有按要求停止</translation>
    </message>
    <message>
        <source>the server does not know this account's password</source>
        <translation>服务器不知道此账户的密码</translation>
    </message>
    <message>
        <source>the server has been silent for too long</source>
        <translation>服务器长时间没有响应</translation>
    </message>
    <message>
        <source>the server is of an older version</source>
        <translation>服务器版本较旧</translation>
    </message>
    <message>
        <source>the server is stopping</source>
        <translation>服务器正在停止</translation>
    </message>
    <message>
        <source>the server keeps its key and accounts in %1; %2 would open them</source>
        <translation>服务器的密钥和账户保存在 %1；%2 会使其暴露</translation>
    </message>
    <message>
        <source>the server's identity could not be written to %1: %2</source>
        <translation>无法将服务器的身份写入 %1：%2</translation>
    </message>
    <message>
        <source>the server's identity in %1 could not be read: %2</source>
        <translation>无法读取 %1 中服务器的身份：%2</translation>
    </message>
    <message>
        <source>the server's key %1 cannot be used with its certificate</source>
        <translation>服务器的密钥 %1 与其证书不匹配</translation>
    </message>
    <message>
        <source>the session ended</source>
        <translation>会话已结束</translation>
    </message>
    <message>
        <source>the session was closed</source>
        <translation>会话已关闭</translation>
    </message>
    <message>
        <source>the settings file %1 cannot be read: %2</source>
        <translation>无法读取设置文件 %1：%2</translation>
    </message>
    <message>
        <source>the settings file %1 cannot be written: %2</source>
        <translation>无法写入设置文件 %1：%2</translation>
    </message>
    <message>
        <source>the settings file %1 is no TOML: %2</source>
        <translation>设置文件 %1 不是 TOML：%2</translation>
    </message>
    <message>
        <source>the staged file is too short</source>
        <translation>暂存的文件过短</translation>
    </message>
    <message>
        <source>the stream ended in the middle of a message</source>
        <translation>数据流在消息中途结束</translation>
    </message>
    <message>
        <source>the unfinished part is too short</source>
        <translation>未完成的部分过短</translation>
    </message>
    <message>
        <source>there are %1 bans already</source>
        <translation>已有 %1 个封禁</translation>
    </message>
    <message>
        <source>there is an account “%1” already</source>
        <translation>已有账户 “%1”</translation>
    </message>
    <message>
        <source>there is no account “%1”</source>
        <translation>没有账户 “%1”</translation>
    </message>
    <message>
        <source>there is no connection to this server at the moment</source>
        <translation>目前没有与此服务器的连接</translation>
    </message>
    <message>
        <source>there is no keyring on this system</source>
        <translation>此系统没有密钥环</translation>
    </message>
    <message>
        <source>this account has as many sessions open as it may have</source>
        <translation>此账户的会话数已达上限</translation>
    </message>
    <message>
        <source>this account may not %1 here</source>
        <translation>此账户在这里没有相应权限（%1）</translation>
    </message>
    <message>
        <source>this account may only read here</source>
        <translation>此账户在这里只能读取</translation>
    </message>
    <message>
        <source>this disk takes the name for “%1”, which is there</source>
        <translation>此磁盘将该名称视为已存在的 “%1”</translation>
    </message>
    <message>
        <source>this folder is on another disk than the one above</source>
        <translation>此文件夹与上级文件夹不在同一磁盘</translation>
    </message>
    <message>
        <source>this is an unfinished download</source>
        <translation>这是未完成的下载</translation>
    </message>
    <message>
        <source>this is another account's name</source>
        <translation>这是另一个账户的名称</translation>
    </message>
    <message>
        <source>this is the name of a device on Windows</source>
        <translation>这是 Windows 上的设备名称</translation>
    </message>
    <message>
        <source>this name cannot be used on this computer</source>
        <translation>本机无法使用此名称</translation>
    </message>
    <message>
        <source>this name is reserved for unfinished downloads</source>
        <translation>此名称保留给未完成的下载</translation>
    </message>
    <message>
        <source>this name is reserved for unfinished uploads</source>
        <translation>此名称保留给未完成的上传</translation>
    </message>
    <message>
        <source>this path leads to another folder</source>
        <translation>此路径通向另一个文件夹</translation>
    </message>
    <message>
        <source>this session has ended; log in again</source>
        <translation>此会话已结束；请重新登录</translation>
    </message>
    <message>
        <source>this upload is no longer under way</source>
        <translation>此上传已不在进行</translation>
    </message>
    <message>
        <source>too many failed logins from this address</source>
        <translation>来自此地址的失败登录过多</translation>
    </message>
    <message>
        <source>too many wrong passwords; try again in %1 seconds</source>
        <translation>密码错误次数过多；请在 %1 秒后重试</translation>
    </message>
    <message>
        <source>two sources have this name</source>
        <translation>有两个来源使用此名称</translation>
    </message>
    <message>
        <source>“%1” cannot be the name of a machine</source>
        <translation>“%1” 不能是电脑的名称</translation>
    </message>
    <message>
        <source>“%1” does not begin with %2://</source>
        <translation>“%1” 不以 %2:// 开头</translation>
    </message>
    <message>
        <source>“%1” has a character that no address has</source>
        <translation>“%1” 中有地址不允许的字符</translation>
    </message>
    <message>
        <source>“%1” has a “#”</source>
        <translation>“%1” 中有 “#”</translation>
    </message>
    <message>
        <source>“%1” has a “?”</source>
        <translation>“%1” 中有 “?”</translation>
    </message>
    <message>
        <source>“%1” has no shared folder “%2”</source>
        <translation>“%1” 没有共享文件夹 “%2”</translation>
    </message>
    <message>
        <source>“%1” is no address and no network: %2</source>
        <translation>“%1” 不是地址，也不是网络：%2</translation>
    </message>
    <message>
        <source>“%1” is not spoken here</source>
        <translation>不支持 “%1”</translation>
    </message>
    <message>
        <source>“%1” is not the fingerprint of a server</source>
        <translation>“%1” 不是服务器的指纹</translation>
    </message>
    <message>
        <source>“%1” names no host</source>
        <translation>“%1” 没有写明主机</translation>
    </message>
    <message>
        <source>“%1”: a port is a number from 1 to 65535</source>
        <translation>“%1”：端口是 1 到 65535 的数字</translation>
    </message>
    <message>
        <source>“.” and “..” are not names</source>
        <translation>“.” 和 “..” 不是名称</translation>
    </message>
</context>
<context>
    <name>ExpiryField</name>
    <message>
        <source>Expires</source>
        <translation>有期限</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>最后一天</translation>
    </message>
    <message>
        <source>Until the end of</source>
        <translation>有效期至</translation>
    </message>
</context>
<context>
    <name>FactsDialog</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>FailureDialog</name>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>重试(&amp;T)</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>It can be tried again.</source>
        <translation>可以重试。</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>To</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>“%1” was not transferred</source>
        <translation>“%1” 未能传输</translation>
    </message>
</context>
<context>
    <name>FileCard</name>
    <message>
        <source>The other side told neither its size nor its date.</source>
        <translation>对方没有告知其大小和日期。</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>未知</translation>
    </message>
</context>
<context>
    <name>FileColumns</name>
    <message>
        <source>Usual columns</source>
        <translation>恢复默认列</translation>
    </message>
</context>
<context>
    <name>FileDelegate</name>
    <message>
        <source>New name</source>
        <translation>新名称</translation>
    </message>
</context>
<context>
    <name>FileTypes</name>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>链接</translation>
    </message>
    <message>
        <source>PDF document</source>
        <translation>PDF 文档</translation>
    </message>
    <message>
        <source>Special file</source>
        <translation>特殊文件</translation>
    </message>
    <message>
        <source>{0} archive</source>
        <translation>{0} 压缩包</translation>
    </message>
    <message>
        <source>{0} audio</source>
        <translation>{0} 音频</translation>
    </message>
    <message>
        <source>{0} document</source>
        <translation>{0} 文档</translation>
    </message>
    <message>
        <source>{0} file</source>
        <translation>{0} 文件</translation>
    </message>
    <message>
        <source>{0} image</source>
        <translation>{0} 图片</translation>
    </message>
    <message>
        <source>{0} source</source>
        <translation>{0} 源代码</translation>
    </message>
    <message>
        <source>{0} text</source>
        <translation>{0} 文本</translation>
    </message>
    <message>
        <source>{0} video</source>
        <translation>{0} 视频</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Close the filter  (Esc)</source>
        <translation>关闭筛选  (Esc)</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Filter by name: *.jpg; *.png; !draft*</source>
        <translation>按名称筛选：*.jpg; *.png; !draft*</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>No filters are saved yet</source>
        <translation>还没有保存的筛选</translation>
    </message>
    <message>
        <source>Save this filter</source>
        <translation>保存此筛选</translation>
    </message>
    <message>
        <source>Save “%1”</source>
        <translation>保存 “%1”</translation>
    </message>
    <message>
        <source>Saved filters</source>
        <translation>已保存的筛选</translation>
    </message>
</context>
<context>
    <name>FingerprintBox</name>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy the fingerprint</source>
        <translation>复制指纹</translation>
    </message>
</context>
<context>
    <name>FolderField</name>
    <message>
        <source>Choose: {name}</source>
        <translation>选择：{name}</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
</context>
<context>
    <name>FormDialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>FoundModel</name>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Modified</source>
        <translation>修改时间</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
</context>
<context>
    <name>GeneralPage</name>
    <message>
        <source>Computers in the same network are told the name, the port and the fingerprint, never an account.</source>
        <translation>同一网络中的电脑会得知名称、端口和指纹，但不会得知任何账户。</translation>
    </message>
    <message>
        <source>Give the server a name.</source>
        <translation>请填写服务器名称。</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Let computers nearby find this server</source>
        <translation>允许附近的电脑发现此服务器</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Name of this server</source>
        <translation>此服务器的名称</translation>
    </message>
    <message>
        <source>Nearby</source>
        <translation>附近</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>启动</translation>
    </message>
    <message>
        <source>Start this program when I log in</source>
        <translation>登录系统时启动此程序</translation>
    </message>
    <message>
        <source>Switch the server on whenever this program starts</source>
        <translation>此程序启动时自动开启服务器</translation>
    </message>
    <message>
        <source>The language changes when this program is started again.</source>
        <translation>语言在此程序下次启动时切换。</translation>
    </message>
</context>
<context>
    <name>HomeField</name>
    <message>
        <source>A new folder, made for the account</source>
        <translation>为该账户新建文件夹</translation>
    </message>
    <message>
        <source>Choose the home folder</source>
        <translation>选择主文件夹</translation>
    </message>
    <message>
        <source>Give the home folder with its whole path, or leave it empty for a new one.</source>
        <translation>请填写主文件夹的完整路径，留空则新建一个。</translation>
    </message>
    <message>
        <source>Home folder</source>
        <translation>主文件夹</translation>
    </message>
</context>
<context>
    <name>IdentityDialog</name>
    <message>
        <source>&amp;Trust and connect</source>
        <translation>信任并连接(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Trust the new identity</source>
        <translation>信任新身份(&amp;T)</translation>
    </message>
    <message>
        <source>Accepted before</source>
        <translation>之前接受的</translation>
    </message>
    <message>
        <source>Ask who runs the server, and compare what it shows now with Wherry Server on that machine.</source>
        <translation>请询问服务器的管理者，并与那台电脑上 Wherry Server 显示的指纹核对。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>First connection to %1</source>
        <translation>首次连接 %1</translation>
    </message>
    <message>
        <source>I &amp;know why it changed, and the new fingerprint is right</source>
        <translation>我知道身份为何改变，新指纹是正确的(&amp;K)</translation>
    </message>
    <message>
        <source>If both are the same, connect. It is remembered, and you are asked again only if it changes. If they differ, somebody may be in between.</source>
        <translation>如果两者一致，请连接。指纹会被记住，只有改变时才会再次询问。如果不一致，可能有人从中截取。</translation>
    </message>
    <message>
        <source>It is the one that the link names. If you trust where the link is from, that is enough.</source>
        <translation>它与链接中写明的指纹一致。如果信任链接的来源，这就足够了。</translation>
    </message>
    <message>
        <source>On that machine, open Wherry Server: its window shows the fingerprint beside the address. Without a screen, “wherry-server fingerprint” prints it.</source>
        <translation>请在那台电脑上打开 Wherry Server：其窗口在地址旁显示指纹。没有屏幕时，可用 “wherry-server fingerprint” 输出指纹。</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>现在显示的</translation>
    </message>
    <message>
        <source>The identity of %1 has changed</source>
        <translation>%1 的身份已改变</translation>
    </message>
    <message>
        <source>The server shows this fingerprint</source>
        <translation>服务器显示的指纹</translation>
    </message>
    <message>
        <source>This computer does not know this server yet. Make sure that it is the right one:</source>
        <translation>本机还不认识此服务器。请确认它是正确的服务器：</translation>
    </message>
    <message>
        <source>This may be another machine, or somebody in between who wants your password and your files. It is harmless only if the server was set up anew.</source>
        <translation>这可能是另一台电脑，或者有人从中截取您的密码和文件。只有服务器重新安装过时，才没有危险。</translation>
    </message>
</context>
<context>
    <name>IdentityPage</name>
    <message>
        <source>Choose its private key (PEM, without a passphrase)</source>
        <translation>选择私钥（PEM，不带口令）</translation>
    </message>
    <message>
        <source>Choose the certificate (PEM)</source>
        <translation>选择证书（PEM）</translation>
    </message>
    <message>
        <source>Clients recognise this server by its fingerprint. Another identity is tested before it is used; after that every client stops, shows both fingerprints, and goes on only when its user accepts the new one. So change it when the key leaked, or when the server moves to another computer.</source>
        <translation>客户端通过指纹识别此服务器。新身份在使用前会先经过测试；之后每个客户端都会停下，显示新旧两个指纹，只有用户接受新指纹后才会继续。因此，请仅在密钥泄露或服务器迁移到另一台电脑时更换身份。</translation>
    </message>
    <message>
        <source>Copy the fingerprint</source>
        <translation>复制指纹</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>指纹</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>创建时间</translation>
    </message>
    <message>
        <source>Make a new one…</source>
        <translation>新建…</translation>
    </message>
    <message>
        <source>Name in it</source>
        <translation>其中的名称</translation>
    </message>
    <message>
        <source>Valid until</source>
        <translation>有效期至</translation>
    </message>
</context>
<context>
    <name>LimitsPage</name>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>Download speed</source>
        <translation>下载速度</translation>
    </message>
    <message>
        <source>Sessions of one account</source>
        <translation>每个账户的会话数</translation>
    </message>
    <message>
        <source>Speeds are those of everybody together; accounts can have limits of their own. When the server is switched off, transfers get the time above; what is cut resumes later. The number of transfers holds after it was switched off and on.</source>
        <translation>速度为所有人合计；各账户可以另设限制。服务器关闭时，传输有上述时间完成；中断的传输之后续传。同时传输数在关闭并重新开启后生效。</translation>
    </message>
    <message>
        <source>Time to end transfers</source>
        <translation>等待传输结束的时间</translation>
    </message>
    <message>
        <source>Transfers at once</source>
        <translation>同时传输数</translation>
    </message>
    <message>
        <source>Upload speed</source>
        <translation>上传速度</translation>
    </message>
</context>
<context>
    <name>LogController</name>
    <message>
        <source>Connected to %1</source>
        <translation>已连接到 %1</translation>
    </message>
    <message>
        <source>Disconnected</source>
        <translation>已断开连接</translation>
    </message>
    <message>
        <source>The connection to %1 was lost</source>
        <translation>与 %1 的连接已断开</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>已跳过</translation>
    </message>
</context>
<context>
    <name>LogModel</name>
    <message>
        <source>Event</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
</context>
<context>
    <name>LogPage</name>
    <message>
        <source>Filter for something else.</source>
        <translation>请尝试其他筛选条件。</translation>
    </message>
    <message>
        <source>No line is like that</source>
        <translation>没有符合的行</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
</context>
<context>
    <name>LogSettingsPage</name>
    <message>
        <source>Errors only</source>
        <translation>仅错误</translation>
    </message>
    <message>
        <source>Everything, to find a fault</source>
        <translation>全部内容，用于查找故障</translation>
    </message>
    <message>
        <source>Keep an audit trail</source>
        <translation>保留审计记录</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>The audit trail has logins, failures, bans, changes of accounts, and every transfer with digest. Both are files in the data folder, for you only, and never hold a password.</source>
        <translation>审计记录包含登录、失败、封禁、账户更改，以及每次传输及其摘要。两者都是数据文件夹中的文件，只有您能读取，绝不包含密码。</translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation>警告和错误</translation>
    </message>
    <message>
        <source>What happens</source>
        <translation>主要事件</translation>
    </message>
</context>
<context>
    <name>LogTable</name>
    <message>
        <source>Activity log</source>
        <translation>活动日志</translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>Clear the log</source>
        <translation>清空日志</translation>
    </message>
    <message>
        <source>Connections and transfers are told here.</source>
        <translation>连接和传输会记录在这里。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Filter the log</source>
        <translation>筛选日志</translation>
    </message>
    <message>
        <source>Nothing has happened yet</source>
        <translation>还没有发生任何事</translation>
    </message>
    <message>
        <source>Nothing in the log matches</source>
        <translation>日志中没有符合的内容</translation>
    </message>
    <message>
        <source>Only what went &amp;wrong</source>
        <translation>仅显示出错的内容(&amp;W)</translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>保存日志</translation>
    </message>
    <message>
        <source>Save the log…</source>
        <translation>保存日志…</translation>
    </message>
</context>
<context>
    <name>LogWindow</name>
    <message>
        <source>%1 lines</source>
        <translation>%1 行</translation>
    </message>
    <message>
        <source>1 line</source>
        <translation>1 行</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>活动</translation>
    </message>
    <message>
        <source>All lines</source>
        <translation>所有行</translation>
    </message>
    <message>
        <source>Audit trail</source>
        <translation>审计记录</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the chosen lines</source>
        <translation>复制所选行</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Filter the log</source>
        <translation>筛选日志</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Logins, bans, changes and every transfer stand here, unless it is off.</source>
        <translation>登录、封禁、更改和每次传输会显示在这里，除非已关闭。</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>还没有内容</translation>
    </message>
    <message>
        <source>Open the file</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>模块</translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation>警告和错误</translation>
    </message>
    <message>
        <source>What the server does stands here.</source>
        <translation>服务器的活动会显示在这里。</translation>
    </message>
    <message>
        <source>Which lines</source>
        <translation>显示哪些行</translation>
    </message>
    <message>
        <source>Which log</source>
        <translation>显示哪个日志</translation>
    </message>
    <message>
        <source>{shown} of {count} lines</source>
        <translation>{shown} / {count} 行</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>%1 % – %2</source>
        <translation>%1 % – %2</translation>
    </message>
    <message>
        <source>%1 failed</source>
        <translation>%1 项失败</translation>
    </message>
    <message>
        <source>%1 paused</source>
        <translation>%1 项已暂停</translation>
    </message>
    <message>
        <source>%1 to answer</source>
        <translation>%1 项待处理</translation>
    </message>
    <message>
        <source>%1 transferring</source>
        <translation>%1 项传输中</translation>
    </message>
    <message>
        <source>%1 waiting</source>
        <translation>%1 项等待</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>转到(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>设置(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Transfers</source>
        <translation>传输(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>查看(&amp;V)</translation>
    </message>
    <message>
        <source>About Wherry</source>
        <translation>关于 Wherry</translation>
    </message>
    <message>
        <source>Activity log</source>
        <translation>活动日志</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Bookmarks</source>
        <translation>书签</translation>
    </message>
    <message>
        <source>Commands…</source>
        <translation>命令…</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Do nothing</source>
        <translation>不执行操作</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>No bookmarks yet; Ctrl+B keeps both folders</source>
        <translation>还没有书签；按 Ctrl+B 保存两侧文件夹</translation>
    </message>
    <message>
        <source>Open the log file</source>
        <translation>打开日志文件</translation>
    </message>
    <message>
        <source>Quit Wherry</source>
        <translation>退出 Wherry</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Show or hide the queue</source>
        <translation>显示或隐藏队列</translation>
    </message>
    <message>
        <source>Shut this computer down</source>
        <translation>关闭电脑</translation>
    </message>
    <message>
        <source>Suspend this computer</source>
        <translation>挂起电脑</translation>
    </message>
    <message>
        <source>Transfers</source>
        <translation>传输</translation>
    </message>
    <message>
        <source>When all is done</source>
        <translation>全部完成后</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
</context>
<context>
    <name>MaskDialog</name>
    <message>
        <source>%1 items fit</source>
        <translation>%1 项符合</translation>
    </message>
    <message>
        <source>&amp;Deselect</source>
        <translation>取消选择(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>选择(&amp;S)</translation>
    </message>
    <message>
        <source>* and ? stand for any characters. Separate patterns with “;”. “!” leaves out.</source>
        <translation>* 和 ? 代表任意字符。用 “;” 分隔多个模式，“!” 表示排除。</translation>
    </message>
    <message>
        <source>1 item fits</source>
        <translation>1 项符合</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Select by pattern</source>
        <translation>按模式选择</translation>
    </message>
</context>
<context>
    <name>MemberFields</name>
    <message>
        <source>Accounts that have this folder</source>
        <translation>拥有此文件夹的账户</translation>
    </message>
    <message>
        <source>There are no accounts yet</source>
        <translation>还没有账户</translation>
    </message>
    <message>
        <source>{name} does not have this folder</source>
        <translation>{name} 没有此文件夹</translation>
    </message>
    <message>
        <source>{name} may:</source>
        <translation>{name} 可以：</translation>
    </message>
</context>
<context>
    <name>MovingController</name>
    <message>
        <source>%1 of the originals stay. First: %2</source>
        <translation>%1 个原件保留。第一项：%2</translation>
    </message>
    <message>
        <source>%1 things have not been copied, so everything stays here. The queue shows why.</source>
        <translation>有 %1 项未能复制，因此所有原件都保留。原因见队列。</translation>
    </message>
    <message>
        <source>1 thing has not been copied, so everything stays here. The queue shows why.</source>
        <translation>有 1 项未能复制，因此所有原件都保留。原因见队列。</translation>
    </message>
</context>
<context>
    <name>NetworkPage</name>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>All of this computer (IPv4)</source>
        <translation>本机所有地址（IPv4）</translation>
    </message>
    <message>
        <source>All of this computer (IPv6 and IPv4)</source>
        <translation>本机所有地址（IPv6 和 IPv4）</translation>
    </message>
    <message>
        <source>Another address or port holds after the server was switched off and on; you are asked before. Links that people have name the old one.</source>
        <translation>新的地址或端口在服务器关闭并重新开启后生效；之前会先询问您。别人手中的链接仍是旧的。</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>This computer only (127.0.0.1)</source>
        <translation>仅本机（127.0.0.1）</translation>
    </message>
</context>
<context>
    <name>NewAccountDialog</name>
    <message>
        <source>Account</source>
        <translation>账户</translation>
    </message>
    <message>
        <source>Add account</source>
        <translation>添加账户</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>限制</translation>
    </message>
    <message>
        <source>New account</source>
        <translation>新建账户</translation>
    </message>
    <message>
        <source>Permissions</source>
        <translation>权限</translation>
    </message>
    <message>
        <source>Whoever logs in with it reaches its home folder, and nothing else on this computer.</source>
        <translation>用此账户登录的人只能访问其主文件夹，无法访问本机的其他内容。</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>OpeningController</name>
    <message>
        <source>No program on this computer opens “%1”.</source>
        <translation>本机没有可以打开 “%1” 的程序。</translation>
    </message>
</context>
<context>
    <name>PaneActions</name>
    <message>
        <source>Back</source>
        <translation>后退</translation>
    </message>
    <message>
        <source>Bookmark both folders…</source>
        <translation>为两侧文件夹添加书签…</translation>
    </message>
    <message>
        <source>Browse both sides in step</source>
        <translation>两侧同步浏览</translation>
    </message>
    <message>
        <source>Change password…</source>
        <translation>更改密码…</translation>
    </message>
    <message>
        <source>Close tab</source>
        <translation>关闭标签页</translation>
    </message>
    <message>
        <source>Compare both panes</source>
        <translation>比较两侧</translation>
    </message>
    <message>
        <source>Connect to another server…</source>
        <translation>连接到另一台服务器…</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>Copy to the other pane</source>
        <translation>复制到另一侧</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>剪切</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>断开连接</translation>
    </message>
    <message>
        <source>Edit the path</source>
        <translation>编辑路径</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>前进</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>主文件夹</translation>
    </message>
    <message>
        <source>Invert selection</source>
        <translation>反向选择</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Move to the other pane</source>
        <translation>移动到另一侧</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>新建文件夹…</translation>
    </message>
    <message>
        <source>New tab</source>
        <translation>新建标签页</translation>
    </message>
    <message>
        <source>Next tab</source>
        <translation>下一个标签页</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open and edit</source>
        <translation>打开并编辑</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Previous tab</source>
        <translation>上一个标签页</translation>
    </message>
    <message>
        <source>Properties</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>刷新</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Search below this folder…</source>
        <translation>在此文件夹中搜索…</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Select by pattern…</source>
        <translation>按模式选择…</translation>
    </message>
    <message>
        <source>Show hidden files</source>
        <translation>显示隐藏文件</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>上一级</translation>
    </message>
</context>
<context>
    <name>PaneEmptiness</name>
    <message>
        <source>Clear the filter</source>
        <translation>清除筛选</translation>
    </message>
    <message>
        <source>Drop files here, or press F7 to make a folder.</source>
        <translation>将文件拖到这里，或按 F7 新建文件夹。</translation>
    </message>
    <message>
        <source>Drop files here.</source>
        <translation>将文件拖到这里。</translation>
    </message>
    <message>
        <source>Nothing matches “%1”</source>
        <translation>没有与 “%1” 匹配的项</translation>
    </message>
    <message>
        <source>Nothing of this kind here</source>
        <translation>这里没有此类项目</translation>
    </message>
    <message>
        <source>Only hidden files here</source>
        <translation>这里只有隐藏文件</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Show hidden files</source>
        <translation>显示隐藏文件</translation>
    </message>
    <message>
        <source>This folder is empty</source>
        <translation>此文件夹为空</translation>
    </message>
    <message>
        <source>Your account may only look here.</source>
        <translation>您的账户在这里只能查看。</translation>
    </message>
</context>
<context>
    <name>PaneFooter</name>
    <message>
        <source>%1 free</source>
        <translation>可用 %1</translation>
    </message>
    <message>
        <source>%1 free of %2</source>
        <translation>可用 %1，共 %2</translation>
    </message>
    <message>
        <source>%1 items</source>
        <translation>%1 项</translation>
    </message>
    <message>
        <source>%1 selected</source>
        <translation>已选 %1 项</translation>
    </message>
    <message>
        <source>(%1 hidden)</source>
        <translation>（%1 项隐藏）</translation>
    </message>
    <message>
        <source>1 item</source>
        <translation>1 项</translation>
    </message>
</context>
<context>
    <name>PaneView</name>
    <message>
        <source>Files in %1</source>
        <translation>%1 中的文件</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>立即重试</translation>
    </message>
    <message>
        <source>Undo %1</source>
        <translation>撤销%1</translation>
    </message>
</context>
<context>
    <name>PasswordDialog</name>
    <message>
        <source>Change password</source>
        <translation>更改密码</translation>
    </message>
    <message>
        <source>New password for {name}</source>
        <translation>{name} 的新密码</translation>
    </message>
    <message>
        <source>The old one no longer works, and the account's sessions end now.</source>
        <translation>旧密码不再有效，该账户的会话会立即结束。</translation>
    </message>
</context>
<context>
    <name>PasswordField</name>
    <message>
        <source>Hide password</source>
        <translation>隐藏密码</translation>
    </message>
    <message>
        <source>Hide the password</source>
        <translation>隐藏密码</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Show password</source>
        <translation>显示密码</translation>
    </message>
    <message>
        <source>Show the password</source>
        <translation>显示密码</translation>
    </message>
</context>
<context>
    <name>PasswordFields</name>
    <message>
        <source>Among the first guessed</source>
        <translation>极易被猜中</translation>
    </message>
    <message>
        <source>At least {count} characters</source>
        <translation>至少 {count} 个字符</translation>
    </message>
    <message>
        <source>Fair</source>
        <translation>一般</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>良好</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Password again</source>
        <translation>再次输入密码</translation>
    </message>
    <message>
        <source>Strong</source>
        <translation>强</translation>
    </message>
    <message>
        <source>The password needs at least {count} characters.</source>
        <translation>密码至少需要 {count} 个字符。</translation>
    </message>
    <message>
        <source>The two passwords are not the same.</source>
        <translation>两次输入的密码不一致。</translation>
    </message>
    <message>
        <source>Weak: add a word or two</source>
        <translation>弱：请再加一两个词</translation>
    </message>
</context>
<context>
    <name>PermissionBoxes</name>
    <message>
        <source>Access</source>
        <translation>访问权限</translation>
    </message>
    <message>
        <source>Chosen below</source>
        <translation>在下方选择</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Drop box</source>
        <translation>投递箱</translation>
    </message>
    <message>
        <source>Drop box: upload, but see nothing</source>
        <translation>投递箱：可上传，但看不到内容</translation>
    </message>
    <message>
        <source>Make folders</source>
        <translation>新建文件夹</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>无权限</translation>
    </message>
    <message>
        <source>Read and write</source>
        <translation>读写</translation>
    </message>
    <message>
        <source>Read only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>Rename and move</source>
        <translation>重命名和移动</translation>
    </message>
    <message>
        <source>Replace files</source>
        <translation>替换文件</translation>
    </message>
    <message>
        <source>See names</source>
        <translation>查看名称</translation>
    </message>
    <message>
        <source>Some: {what}</source>
        <translation>部分：{what}</translation>
    </message>
    <message>
        <source>Upload new files</source>
        <translation>上传新文件</translation>
    </message>
</context>
<context>
    <name>Prober</name>
    <message>
        <source>Its identity has changed: do not connect before you know why. Before: %1. Now: %2.</source>
        <translation>它的身份已改变：在弄清原因之前请不要连接。之前：%1。现在：%2。</translation>
    </message>
    <message>
        <source>The server answers and is the one you know. No password is remembered, so none was tried.</source>
        <translation>服务器有响应，并且是您认识的那台。没有记住密码，因此未尝试登录。</translation>
    </message>
    <message>
        <source>The server answers, is the one you know, and the login works.</source>
        <translation>服务器有响应，是您认识的那台，登录正常。</translation>
    </message>
    <message>
        <source>The server answers. It is new to this computer; you are asked about its fingerprint when you connect.</source>
        <translation>服务器有响应。本机还不认识它；连接时会询问其指纹。</translation>
    </message>
</context>
<context>
    <name>ProblemBar</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>Program</name>
    <message>
        <source>It gets a few seconds to end. If it is cut, it carries on where it stopped later.</source>
        <translation>会给它几秒钟完成。如果被中断，之后会从中断处继续。</translation>
    </message>
    <message>
        <source>Open it in a file manager instead.</source>
        <translation>请改用文件管理器打开。</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Quit Wherry Server?</source>
        <translation>退出 Wherry Server？</translation>
    </message>
    <message>
        <source>Quit while a transfer runs?</source>
        <translation>有传输正在进行，要退出吗？</translation>
    </message>
    <message>
        <source>Quit while {count} transfers run?</source>
        <translation>有 {count} 个传输正在进行，要退出吗？</translation>
    </message>
    <message>
        <source>The desktop could not open this</source>
        <translation>桌面无法打开此内容</translation>
    </message>
    <message>
        <source>The server is on. When you quit, nobody can connect any more.</source>
        <translation>服务器已开启。退出后，任何人都无法再连接。</translation>
    </message>
    <message>
        <source>They get a few seconds to end. Those that are cut carry on where they stopped later.</source>
        <translation>会给它们几秒钟完成。被中断的之后会从中断处继续。</translation>
    </message>
</context>
<context>
    <name>PropertiesDialog</name>
    <message>
        <source>&amp;Apply</source>
        <translation>应用(&amp;A)</translation>
    </message>
    <message>
        <source>As a number</source>
        <translation>数字形式</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Execute</source>
        <translation>执行</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>组</translation>
    </message>
    <message>
        <source>Others</source>
        <translation>其他人</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>所有者</translation>
    </message>
    <message>
        <source>Permissions</source>
        <translation>权限</translation>
    </message>
    <message>
        <source>Permissions as a number</source>
        <translation>以数字表示的权限</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>读取</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>写入</translation>
    </message>
</context>
<context>
    <name>QrCode</name>
    <message>
        <source>QR code of the link</source>
        <translation>链接的二维码</translation>
    </message>
</context>
<context>
    <name>Questions</name>
    <message>
        <source>&amp;Quit now</source>
        <translation>立即退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Shut down now</source>
        <translation>立即关机(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Suspend now</source>
        <translation>立即挂起(&amp;S)</translation>
    </message>
    <message>
        <source>Built on</source>
        <translation>构建于</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>In</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Modified</source>
        <translation>修改时间</translation>
    </message>
    <message>
        <source>Moves your files between your own machines</source>
        <translation>在您自己的电脑之间传输文件</translation>
    </message>
    <message>
        <source>Permissions</source>
        <translation>权限</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Size of the files</source>
        <translation>文件大小</translation>
    </message>
    <message>
        <source>This computer is about to be suspended</source>
        <translation>电脑即将挂起</translation>
    </message>
    <message>
        <source>This computer is about to shut down</source>
        <translation>电脑即将关机</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Wherry Server</source>
        <translation>Wherry Server</translation>
    </message>
    <message>
        <source>Wherry is about to quit</source>
        <translation>Wherry 即将退出</translation>
    </message>
</context>
<context>
    <name>QueueActions</name>
    <message>
        <source>Answer…</source>
        <translation>处理…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Clear finished</source>
        <translation>清除已完成</translation>
    </message>
    <message>
        <source>Copy what happened</source>
        <translation>复制经过</translation>
    </message>
    <message>
        <source>Hide the queue</source>
        <translation>隐藏队列</translation>
    </message>
    <message>
        <source>High priority</source>
        <translation>高优先级</translation>
    </message>
    <message>
        <source>Low priority</source>
        <translation>低优先级</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Move to the bottom</source>
        <translation>移到底部</translation>
    </message>
    <message>
        <source>Move to the top</source>
        <translation>移到顶部</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Normal priority</source>
        <translation>普通优先级</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>全部暂停</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>从列表中移除</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Retry all failed</source>
        <translation>重试所有失败项</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>What went wrong…</source>
        <translation>查看错误…</translation>
    </message>
</context>
<context>
    <name>QueueModel</name>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>Comparing</source>
        <translation>正在比较</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Done, %1 failed</source>
        <translation>已完成，%1 项失败</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>正在下载</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Looking inside</source>
        <translation>正在查看内容</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Needs an answer</source>
        <translation>需要处理</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>排队中</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>已跳过</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Stalled for %1</source>
        <translation>已停滞 %1</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>剩余时间</translation>
    </message>
    <message>
        <source>To</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>正在上传</translation>
    </message>
    <message>
        <source>Waiting to retry</source>
        <translation>等待重试</translation>
    </message>
</context>
<context>
    <name>QueueTable</name>
    <message>
        <source>Transfers</source>
        <translation>传输</translation>
    </message>
</context>
<context>
    <name>QueueView</name>
    <message>
        <source>%1 left</source>
        <translation>剩余 %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Drag files from one pane to the other, or press F5.</source>
        <translation>将文件从一侧拖到另一侧，或按 F5。</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Hide the queue</source>
        <translation>隐藏队列</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>No transfers yet</source>
        <translation>还没有传输</translation>
    </message>
    <message>
        <source>Nothing has failed</source>
        <translation>没有失败的项</translation>
    </message>
    <message>
        <source>Nothing is being transferred</source>
        <translation>没有正在进行的传输</translation>
    </message>
    <message>
        <source>Nothing is done yet</source>
        <translation>还没有完成的项</translation>
    </message>
    <message>
        <source>Nothing is waiting</source>
        <translation>没有等待的项</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>全部暂停</translation>
    </message>
    <message>
        <source>Resume all</source>
        <translation>全部继续</translation>
    </message>
    <message>
        <source>Show the queue</source>
        <translation>显示队列</translation>
    </message>
    <message>
        <source>Speed limit</source>
        <translation>限速</translation>
    </message>
    <message>
        <source>This may not fit: %1 are to come, and %2 has %3 free.</source>
        <translation>空间可能不足：还有 %1 待传，而 %2 只剩 %3。</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
</context>
<context>
    <name>QuitDialog</name>
    <message>
        <source>%1 transfers are not finished. They stay in the queue and go on at the next start.</source>
        <translation>有 %1 个传输未完成。它们会留在队列中，下次启动时继续。</translation>
    </message>
    <message>
        <source>1 transfer is not finished. It stays in the queue and goes on at the next start.</source>
        <translation>有 1 个传输未完成。它会留在队列中，下次启动时继续。</translation>
    </message>
    <message>
        <source>Keep transferring</source>
        <translation>继续传输</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Quit while files are being transferred?</source>
        <translation>文件正在传输，要退出吗？</translation>
    </message>
</context>
<context>
    <name>RateBox</name>
    <message>
        <source>Choose a speed or type one, such as 2, 2.5 MB or 750 KB.</source>
        <translation>请选择或输入速度，例如 2、2.5 MB 或 750 KB。</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>不限</translation>
    </message>
</context>
<context>
    <name>Reachability</name>
    <message>
        <source>A guest Wi-Fi or a router may keep devices apart. To be sure, open the link on the other computer.</source>
        <translation>访客 Wi-Fi 或路由器可能会隔离设备。要确认，请在另一台电脑上打开链接。</translation>
    </message>
    <message>
        <source>An administrator of this computer can open it:</source>
        <translation>本机的管理员可以放行：</translation>
    </message>
    <message>
        <source>Another server answers at {place}</source>
        <translation>{place} 上响应的是另一台服务器</translation>
    </message>
    <message>
        <source>From the internet it is reached through your router only</source>
        <translation>从互联网只能通过您的路由器连接</translation>
    </message>
    <message>
        <source>It shows the fingerprint {fingerprint}.</source>
        <translation>它显示的指纹是 {fingerprint}。</translation>
    </message>
    <message>
        <source>Looked for ufw, firewalld and nftables. Others cannot be seen from here.</source>
        <translation>已检查 ufw、firewalld 和 nftables。其他防火墙在这里无法看到。</translation>
    </message>
    <message>
        <source>No firewall was found on this computer</source>
        <translation>本机没有发现防火墙</translation>
    </message>
    <message>
        <source>Nothing answers at {place}</source>
        <translation>{place} 没有响应</translation>
    </message>
    <message>
        <source>Only an administrator can see whether it lets port {port} through.</source>
        <translation>只有管理员能看到它是否放行端口 {port}。</translation>
    </message>
    <message>
        <source>Only this computer can reach the server</source>
        <translation>只有本机能连接服务器</translation>
    </message>
    <message>
        <source>The firewall {name} blocks port {port}</source>
        <translation>防火墙 {name} 阻止端口 {port}</translation>
    </message>
    <message>
        <source>The firewall {name} is on</source>
        <translation>防火墙 {name} 已开启</translation>
    </message>
    <message>
        <source>The firewall {name} lets port {port} through</source>
        <translation>防火墙 {name} 放行端口 {port}</translation>
    </message>
    <message>
        <source>The server answers at {place}</source>
        <translation>服务器在 {place} 有响应</translation>
    </message>
    <message>
        <source>The settings say that it listens on {host} only.</source>
        <translation>设置中规定只在 {host} 上监听。</translation>
    </message>
    <message>
        <source>These addresses hold in this network. The router would have to pass the port on.</source>
        <translation>这些地址在本网络内有效。路由器需要转发该端口。</translation>
    </message>
    <message>
        <source>This computer has no network, or the settings say that the server listens on this computer only.</source>
        <translation>本机没有网络，或设置中规定服务器只在本机监听。</translation>
    </message>
    <message>
        <source>This would open it:</source>
        <translation>以下命令可以放行：</translation>
    </message>
    <message>
        <source>Tried from this computer, with this server's fingerprint.</source>
        <translation>已从本机尝试，指纹与此服务器一致。</translation>
    </message>
    <message>
        <source>What lies between cannot be seen from this computer</source>
        <translation>从本机无法看到中间的网络</translation>
    </message>
</context>
<context>
    <name>RightsFields</name>
    <message>
        <source>Download speed</source>
        <translation>下载速度</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Sessions at once</source>
        <translation>同时会话数</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>空间</translation>
    </message>
    <message>
        <source>Speeds are those of all its connections together, as the account sees them.</source>
        <translation>速度为该账户所有连接的合计。</translation>
    </message>
    <message>
        <source>This is about the home folder. Each shared folder has permissions of its own.</source>
        <translation>这里只涉及主文件夹。每个共享文件夹都有自己的权限。</translation>
    </message>
    <message>
        <source>Upload speed</source>
        <translation>上传速度</translation>
    </message>
    <message>
        <source>Valid</source>
        <translation>有效期</translation>
    </message>
</context>
<context>
    <name>SearchController</name>
    <message>
        <source>%1 folders could not be read</source>
        <translation>%1 个文件夹无法读取</translation>
    </message>
    <message>
        <source>%1 found</source>
        <translation>找到 %1 项</translation>
    </message>
    <message>
        <source>%1 looked at</source>
        <translation>已查看 %1 项</translation>
    </message>
    <message>
        <source>1 found</source>
        <translation>找到 1 项</translation>
    </message>
    <message>
        <source>there is more: search for something narrower</source>
        <translation>还有更多：请缩小搜索范围</translation>
    </message>
</context>
<context>
    <name>SearchPage</name>
    <message>
        <source>Back to the folder  (Esc)</source>
        <translation>返回文件夹  (Esc)</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>Copy to the other pane</source>
        <translation>复制到另一侧</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>It looks into all folders below this one.</source>
        <translation>会搜索此文件夹下的所有文件夹。</translation>
    </message>
    <message>
        <source>Nothing was found</source>
        <translation>没有找到</translation>
    </message>
    <message>
        <source>Part of a name, or *.jpg</source>
        <translation>名称的一部分，或 *.jpg</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search by name</source>
        <translation>按名称搜索</translation>
    </message>
    <message>
        <source>Search for</source>
        <translation>搜索内容</translation>
    </message>
    <message>
        <source>Search in %1</source>
        <translation>在 %1 中搜索</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Try a shorter part of the name.</source>
        <translation>请尝试名称中更短的部分。</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>搜索结果</translation>
    </message>
</context>
<context>
    <name>SecurityPage</name>
    <message>
        <source> min</source>
        <translation> 分钟</translation>
    </message>
    <message>
        <source>Counted within</source>
        <translation>统计时段</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>任何位置</translation>
    </message>
    <message>
        <source>Failed logins until a ban</source>
        <translation>封禁前允许的失败次数</translation>
    </message>
    <message>
        <source>First ban</source>
        <translation>首次封禁</translation>
    </message>
    <message>
        <source>Longest ban</source>
        <translation>最长封禁</translation>
    </message>
    <message>
        <source>Networks with commas between, such as 192.168.0.0/16, fe80::/10 or 203.0.113.7.</source>
        <translation>多个网络用逗号分隔，例如 192.168.0.0/16, fe80::/10 或 203.0.113.7。</translation>
    </message>
    <message>
        <source>Never ban</source>
        <translation>永不封禁</translation>
    </message>
    <message>
        <source>Never from</source>
        <translation>拒绝来自</translation>
    </message>
    <message>
        <source>No network</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Only from</source>
        <translation>仅允许来自</translation>
    </message>
    <message>
        <source>The longest ban cannot be shorter than the first one.</source>
        <translation>最长封禁不能短于首次封禁。</translation>
    </message>
</context>
<context>
    <name>ServerSections</name>
    <message>
        <source>&amp;Connect</source>
        <translation>连接(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>编辑(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Forget the password</source>
        <translation>忘记密码(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>移除(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Save server…</source>
        <translation>保存服务器(&amp;S)…</translation>
    </message>
    <message>
        <source>Add server…</source>
        <translation>添加服务器…</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Copy &amp;link</source>
        <translation>复制链接(&amp;L)</translation>
    </message>
    <message>
        <source>Forget the recent servers</source>
        <translation>清除最近的服务器</translation>
    </message>
    <message>
        <source>Looking for servers in your network…</source>
        <translation>正在查找网络中的服务器…</translation>
    </message>
    <message>
        <source>Nearby</source>
        <translation>附近</translation>
    </message>
    <message>
        <source>No servers saved yet</source>
        <translation>还没有保存的服务器</translation>
    </message>
    <message>
        <source>Nothing nearby. Servers show here when they are switched on in the same network.</source>
        <translation>附近没有服务器。同一网络中的服务器开启后会显示在这里。</translation>
    </message>
    <message>
        <source>Nothing nearby: discovery is blocked on this network.</source>
        <translation>附近没有服务器：此网络禁止发现设备。</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>Recent servers</source>
        <translation>最近的服务器</translation>
    </message>
    <message>
        <source>Save one to give it a name, a colour and its folders.</source>
        <translation>保存一个服务器，可设置名称、颜色和文件夹。</translation>
    </message>
    <message>
        <source>Saved servers</source>
        <translation>已保存的服务器</translation>
    </message>
    <message>
        <source>Servers nearby</source>
        <translation>附近的服务器</translation>
    </message>
    <message>
        <source>Start Wherry Server on the other machine: its window shows the address to type above.</source>
        <translation>请在另一台电脑上启动 Wherry Server：其窗口会显示要在上方输入的地址。</translation>
    </message>
</context>
<context>
    <name>SessionModel</name>
    <message>
        <source>Account</source>
        <translation>账户</translation>
    </message>
    <message>
        <source>Doing</source>
        <translation>正在进行</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Idle</source>
        <translation>空闲</translation>
    </message>
    <message>
        <source>Receives</source>
        <translation>接收</translation>
    </message>
    <message>
        <source>Sends</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>开始时间</translation>
    </message>
    <message>
        <source>Stalled. {transfer}</source>
        <translation>已停滞。{transfer}</translation>
    </message>
    <message>
        <source>{transfer} and {count} more</source>
        <translation>{transfer} 及另外 {count} 个</translation>
    </message>
</context>
<context>
    <name>SessionPage</name>
    <message>
        <source>Ban this address…</source>
        <translation>封禁此地址…</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>已连接</translation>
    </message>
    <message>
        <source>End this session</source>
        <translation>结束此会话</translation>
    </message>
    <message>
        <source>Nobody is connected</source>
        <translation>没有人连接</translation>
    </message>
</context>
<context>
    <name>SettingsDesk</name>
    <message>
        <source>It is tested first. After that every client that knows this server will stop, show that the fingerprint has changed, and ask its user. The identity of now is kept beside the new one.</source>
        <translation>会先进行测试。之后每个认识此服务器的客户端都会停下，显示指纹已改变，并询问其用户。当前身份会保留在新身份旁边。</translation>
    </message>
    <message>
        <source>Make a new identity?</source>
        <translation>新建身份？</translation>
    </message>
    <message>
        <source>Off and on</source>
        <translation>关闭并开启</translation>
    </message>
    <message>
        <source>Some of the new settings hold only then.</source>
        <translation>部分新设置只有在那时才生效。</translation>
    </message>
    <message>
        <source>Switch it on and try again.</source>
        <translation>请开启服务器后重试。</translation>
    </message>
    <message>
        <source>Switch the server off and on again now?</source>
        <translation>现在关闭并重新开启服务器？</translation>
    </message>
    <message>
        <source>Test and use it</source>
        <translation>测试并使用</translation>
    </message>
    <message>
        <source>Tested, and in use for every new connection. Tell people the new fingerprint.</source>
        <translation>测试通过，所有新连接都将使用它。请将新指纹告知他人。</translation>
    </message>
    <message>
        <source>The server is off</source>
        <translation>服务器已关闭</translation>
    </message>
    <message>
        <source>Those who are connected lose the connection and connect again by themselves.</source>
        <translation>已连接的人会断开连接，随后自动重新连接。</translation>
    </message>
    <message>
        <source>Transfers that run get a few seconds to end. Those that are cut resume by themselves.</source>
        <translation>正在进行的传输有几秒钟完成。被中断的会自动续传。</translation>
    </message>
    <message>
        <source>Use this identity?</source>
        <translation>使用此身份？</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>&amp;Appearance</source>
        <translation>主题(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Finished items kept</source>
        <translation>保留的已完成项数(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Keep this computer awake while files move</source>
        <translation>传输文件时保持电脑唤醒(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Tell me when a long transfer ends while I do something else</source>
        <translation>长时间传输结束而我在做别的事时通知我(&amp;T)</translation>
    </message>
    <message>
        <source>As many as help</source>
        <translation>按需自动</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>询问</translation>
    </message>
    <message>
        <source>Ask before files go to the t&amp;rash</source>
        <translation>将文件移到回收站前询问(&amp;R)</translation>
    </message>
    <message>
        <source>Both ways together</source>
        <translation>双向合计</translation>
    </message>
    <message>
        <source>Change it now</source>
        <translation>立即切换</translation>
    </message>
    <message>
        <source>Changes hold at once and disturb nobody, unless something else is said beside them.</source>
        <translation>除非旁边另有说明，更改会立即生效，不影响正在进行的传输。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Connections at the &amp;same time</source>
        <translation>同时连接数(&amp;S)</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Deleting on a server cannot be undone: it always asks.</source>
        <translation>在服务器上删除无法撤销：始终会询问。</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Files and history</source>
        <translation>文件与历史</translation>
    </message>
    <message>
        <source>General</source>
        <translation>常规</translation>
    </message>
    <message>
        <source>Identity</source>
        <translation>身份</translation>
    </message>
    <message>
        <source>If a file &amp;exists</source>
        <translation>文件已存在时(&amp;E)</translation>
    </message>
    <message>
        <source>Keep both, under a free name</source>
        <translation>保留两者，使用未占用的名称</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>限制</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Replace it if the contents differ</source>
        <translation>新文件较新时替换</translation>
    </message>
    <message>
        <source>Replace it if the new one is newer</source>
        <translation>内容不同时替换</translation>
    </message>
    <message>
        <source>Replace it if the size differs</source>
        <translation>大小不同时替换</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Security</source>
        <translation>安全</translation>
    </message>
    <message>
        <source>Send only the parts that differ</source>
        <translation>只发送不同的部分</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Skip it</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Speed li&amp;mit</source>
        <translation>总限速(&amp;M)</translation>
    </message>
    <message>
        <source>The window is made anew to change the language.</source>
        <translation>切换语言需要重新打开窗口。</translation>
    </message>
    <message>
        <source>Transfers</source>
        <translation>传输</translation>
    </message>
    <message>
        <source>Uploads</source>
        <translation>上传</translation>
    </message>
    <message>
        <source>for &amp;downloads</source>
        <translation>下载限速(&amp;D)</translation>
    </message>
    <message>
        <source>for &amp;uploads</source>
        <translation>上传限速(&amp;U)</translation>
    </message>
</context>
<context>
    <name>SettingsPages</name>
    <message>
        <source>It is announced in this network now.</source>
        <translation>当前已在此网络中公布。</translation>
    </message>
    <message>
        <source>It is being announced…</source>
        <translation>正在公布…</translation>
    </message>
    <message>
        <source>It is not announced now.</source>
        <translation>当前未公布。</translation>
    </message>
</context>
<context>
    <name>ShareDialog</name>
    <message>
        <source>Choose the folder to share, with its whole path.</source>
        <translation>请填写要共享的文件夹的完整路径。</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Folder to share</source>
        <translation>要共享的文件夹</translation>
    </message>
    <message>
        <source>For example: Photos</source>
        <translation>例如：照片</translation>
    </message>
    <message>
        <source>Give the folder a name, as people will see it.</source>
        <translation>请填写他人看到的文件夹名称。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>共享</translation>
    </message>
    <message>
        <source>Share a folder</source>
        <translation>共享文件夹</translation>
    </message>
    <message>
        <source>Shared folder {name}</source>
        <translation>共享文件夹 {name}</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>空间</translation>
    </message>
    <message>
        <source>Those who have it find it under its name beside their own files. It must lie outside of their homes. A change ends their sessions, and what was cut resumes after the next login.</source>
        <translation>拥有它的人会在自己的文件旁看到此名称。它必须位于他们的主文件夹之外。更改会结束他们的会话，中断的传输在下次登录后续传。</translation>
    </message>
    <message>
        <source>Tick the accounts that shall have it.</source>
        <translation>请勾选可以使用它的账户。</translation>
    </message>
    <message>
        <source>Who has it</source>
        <translation>谁可以使用</translation>
    </message>
</context>
<context>
    <name>ShareModel</name>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Shared with</source>
        <translation>共享给</translation>
    </message>
    <message>
        <source>{name} ({access})</source>
        <translation>{name}（{access}）</translation>
    </message>
</context>
<context>
    <name>SharePage</name>
    <message>
        <source>Edit…</source>
        <translation>编辑…</translation>
    </message>
    <message>
        <source>No shared folders</source>
        <translation>没有共享文件夹</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Share a folder with some accounts: they find it beside their own files.</source>
        <translation>与部分账户共享文件夹：他们会在自己的文件旁看到它。</translation>
    </message>
    <message>
        <source>Share a folder…</source>
        <translation>共享文件夹…</translation>
    </message>
    <message>
        <source>Share no more…</source>
        <translation>停止共享…</translation>
    </message>
    <message>
        <source>Shared folders</source>
        <translation>共享文件夹</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Filter by name or key</source>
        <translation>按名称或按键筛选</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>No shortcut matches</source>
        <translation>没有符合的快捷键</translation>
    </message>
</context>
<context>
    <name>SiteDialog</name>
    <message>
        <source>&amp;Address</source>
        <translation>地址(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Colour</source>
        <translation>颜色(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>名称(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Test connection</source>
        <translation>测试连接(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation>用户(&amp;U)</translation>
    </message>
    <message>
        <source>A user is needed: the account that you have on the server.</source>
        <translation>需要用户名：您在服务器上的账户。</translation>
    </message>
    <message>
        <source>An address is needed: the name or the IP address of the machine.</source>
        <translation>需要地址：电脑的名称或 IP 地址。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Change “%1”</source>
        <translation>编辑 “%1”</translation>
    </message>
    <message>
        <source>Choose a folder of this computer</source>
        <translation>选择本机的文件夹</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Connecting to %1…</source>
        <translation>正在连接 %1…</translation>
    </message>
    <message>
        <source>Folder &amp;here</source>
        <translation>本机文件夹(&amp;H)</translation>
    </message>
    <message>
        <source>Folder &amp;there</source>
        <translation>服务器文件夹(&amp;T)</translation>
    </message>
    <message>
        <source>N&amp;otes</source>
        <translation>备注(&amp;O)</translation>
    </message>
    <message>
        <source>Name or IP address of the machine</source>
        <translation>电脑的名称或 IP 地址</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Opened on the left; empty: leave it as it is</source>
        <translation>在左侧打开；留空则保持不变</translation>
    </message>
    <message>
        <source>Opened on the right; empty: your home</source>
        <translation>在右侧打开；留空则为主文件夹</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Save a server</source>
        <translation>保存服务器</translation>
    </message>
    <message>
        <source>This folder cannot be: %1.</source>
        <translation>此文件夹不可用：%1。</translation>
    </message>
    <message>
        <source>This is not the address of a machine.</source>
        <translation>这不是有效的电脑地址。</translation>
    </message>
    <message>
        <source>What you call it; else its address</source>
        <translation>自定名称；留空则使用地址</translation>
    </message>
    <message>
        <source>Your account on the server</source>
        <translation>您在服务器上的账户</translation>
    </message>
</context>
<context>
    <name>StatusWindow</name>
    <message>
        <source>Accounts</source>
        <translation>账户</translation>
    </message>
    <message>
        <source>Bans</source>
        <translation>封禁</translation>
    </message>
    <message>
        <source>Can others reach this server?</source>
        <translation>其他电脑能连接到此服务器吗？</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>已连接</translation>
    </message>
    <message>
        <source>Give people the link above; they log in with their account.</source>
        <translation>把上面的链接发给别人；他们用各自的账户登录。</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Nobody can connect</source>
        <translation>现在无人可以连接</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>请稍候</translation>
    </message>
    <message>
        <source>Server: {state}</source>
        <translation>服务器：{state}</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Shared folders</source>
        <translation>共享文件夹</translation>
    </message>
    <message>
        <source>Switch the server on to let people in.</source>
        <translation>开启服务器，让别人可以连接。</translation>
    </message>
    <message>
        <source>Transfers</source>
        <translation>传输</translation>
    </message>
    <message>
        <source>Transfers get a few seconds to end; what is cut resumes later</source>
        <translation>传输有几秒钟完成；被中断的之后续传</translation>
    </message>
    <message>
        <source>Wherry Server</source>
        <translation>Wherry Server</translation>
    </message>
</context>
<context>
    <name>StepController</name>
    <message>
        <source>Connect to a server first; then both sides can go in step.</source>
        <translation>请先连接服务器，然后才能两侧同步浏览。</translation>
    </message>
    <message>
        <source>The other side has no folder “%1”; it stays where it is.</source>
        <translation>另一侧没有文件夹 “%1”，保持原位。</translation>
    </message>
    <message>
        <source>This is outside of the folders that went in step; it has ended.</source>
        <translation>这里超出了同步浏览的文件夹范围；同步已结束。</translation>
    </message>
</context>
<context>
    <name>TabStrip</name>
    <message>
        <source>Close tab  (Ctrl+W)</source>
        <translation>关闭标签页  (Ctrl+W)</translation>
    </message>
    <message>
        <source>New tab  (Ctrl+T)</source>
        <translation>新建标签页  (Ctrl+T)</translation>
    </message>
    <message>
        <source>Tabs</source>
        <translation>标签页</translation>
    </message>
</context>
<context>
    <name>TabsController</name>
    <message>
        <source>New connection</source>
        <translation>新连接</translation>
    </message>
</context>
<context>
    <name>TaskLine</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
</context>
<context>
    <name>Throughput</name>
    <message>
        <source>Received and sent by all transfers</source>
        <translation>所有传输的接收和发送速度</translation>
    </message>
    <message>
        <source>Since the server was switched on</source>
        <translation>自服务器开启以来</translation>
    </message>
    <message>
        <source>{received} in, {sent} out</source>
        <translation>接收 {received}，发送 {sent}</translation>
    </message>
    <message>
        <source>↓ {received}   ↑ {sent}</source>
        <translation>↓ {received}   ↑ {sent}</translation>
    </message>
</context>
<context>
    <name>ThroughputGraph</name>
    <message>
        <source>Nothing has moved yet</source>
        <translation>还没有数据传输</translation>
    </message>
    <message>
        <source>Now %1, at most %2 in the last minute</source>
        <translation>当前 %1，最近一分钟最高 %2</translation>
    </message>
    <message>
        <source>Speed over the last minute</source>
        <translation>最近一分钟的速度</translation>
    </message>
</context>
<context>
    <name>TransferModel</name>
    <message>
        <source>Account</source>
        <translation>账户</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>速率</translation>
    </message>
    <message>
        <source>Stalled</source>
        <translation>已停滞</translation>
    </message>
    <message>
        <source>Upload</source>
        <translation>上传</translation>
    </message>
    <message>
        <source>{percent} % of {size}</source>
        <translation>{size} 的 {percent} %</translation>
    </message>
</context>
<context>
    <name>TransferPage</name>
    <message>
        <source>Nothing is being transferred</source>
        <translation>没有正在进行的传输</translation>
    </message>
    <message>
        <source>Transfers</source>
        <translation>传输</translation>
    </message>
    <message>
        <source>Uploads and downloads show here while they run.</source>
        <translation>进行中的上传和下载会显示在这里。</translation>
    </message>
</context>
<context>
    <name>TrayMenu</name>
    <message>
        <source>Accounts</source>
        <translation>账户</translation>
    </message>
    <message>
        <source>Can others reach it?</source>
        <translation>其他电脑能连接吗？</translation>
    </message>
    <message>
        <source>Copy link to this server</source>
        <translation>复制此服务器的链接</translation>
    </message>
    <message>
        <source>Open data folder</source>
        <translation>打开数据文件夹</translation>
    </message>
    <message>
        <source>Open log</source>
        <translation>打开日志</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Shared folders</source>
        <translation>共享文件夹</translation>
    </message>
    <message>
        <source>Start when I log in</source>
        <translation>登录系统时启动</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Switch on when the program starts</source>
        <translation>程序启动时自动开启</translation>
    </message>
</context>
<context>
    <name>TrayWording</name>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>1 connected</source>
        <translation>1 人已连接</translation>
    </message>
    <message>
        <source>1 transfer</source>
        <translation>1 个传输</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>已关闭</translation>
    </message>
    <message>
        <source>On</source>
        <translation>已开启</translation>
    </message>
    <message>
        <source>Switch off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Switch on</source>
        <translation>开启</translation>
    </message>
    <message>
        <source>Switching off…</source>
        <translation>正在关闭…</translation>
    </message>
    <message>
        <source>Switching on…</source>
        <translation>正在开启…</translation>
    </message>
    <message>
        <source>There is a problem</source>
        <translation>出现问题</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>nobody connected</source>
        <translation>无人连接</translation>
    </message>
    <message>
        <source>{count} connected</source>
        <translation>{count} 人已连接</translation>
    </message>
    <message>
        <source>{count} transfers</source>
        <translation>{count} 个传输</translation>
    </message>
</context>
<context>
    <name>UndoController</name>
    <message>
        <source>deleting %1</source>
        <translation>删除 %1</translation>
    </message>
    <message>
        <source>moving %1</source>
        <translation>移动 %1</translation>
    </message>
    <message>
        <source>renaming “%1”</source>
        <translation>重命名 “%1”</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Create and switch on</source>
        <translation>创建并开启</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>以后再说</translation>
    </message>
    <message>
        <source>On another computer, open Wherry and paste the link, or scan the code. {name} logs in with the password you chose. At the first connection, compare the fingerprint with this one.</source>
        <translation>在另一台电脑上打开 Wherry，粘贴链接或扫描二维码。{name} 使用您选择的密码登录。首次连接时，请核对指纹是否与此一致。</translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation>请稍候…</translation>
    </message>
    <message>
        <source>Switch on whenever this program starts</source>
        <translation>此程序启动时自动开启</translation>
    </message>
    <message>
        <source>The account is made, but the server is not on</source>
        <translation>账户已创建，但服务器没有开启</translation>
    </message>
    <message>
        <source>The server is off</source>
        <translation>服务器已关闭</translation>
    </message>
    <message>
        <source>The server is on</source>
        <translation>服务器已开启</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Welcome to Wherry Server</source>
        <translation>欢迎使用 Wherry Server</translation>
    </message>
    <message>
        <source>Your other computers reach this one with an account. Each account has a home folder: whoever logs in reaches that folder and nothing else. Make the first one.</source>
        <translation>您的其他电脑通过账户连接本机。每个账户有一个主文件夹：登录的人只能访问该文件夹，无法访问其他内容。请创建第一个账户。</translation>
    </message>
</context>
<context>
    <name>WindowController</name>
    <message>
        <source>Connected to %1</source>
        <translation>已连接到 %1</translation>
    </message>
    <message>
        <source>Connected to %1 (read only)</source>
        <translation>已连接到 %1（只读）</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>The connection was lost; trying again</source>
        <translation>连接已断开；正在重试</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>%1 B</source>
        <translation>%1 B</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1和 %2</translation>
    </message>
    <message>
        <source>%1 and %2 more</source>
        <comment>a name, and how many others</comment>
        <translation>%1 及另外 %2 项</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 字节</translation>
    </message>
    <message>
        <source>%1 d</source>
        <translation>%1 天</translation>
    </message>
    <message>
        <source>%1 files</source>
        <translation>%1 个文件</translation>
    </message>
    <message>
        <source>%1 folders</source>
        <translation>%1 个文件夹</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 小时</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 分钟</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1.</source>
        <comment>a sentence</comment>
        <translation>%1。</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>1 file</source>
        <translation>1 个文件</translation>
    </message>
    <message>
        <source>1 folder</source>
        <translation>1 个文件夹</translation>
    </message>
    <message>
        <source>Something went wrong inside Wherry.</source>
        <translation>Wherry 内部出了点问题。</translation>
    </message>
    <message>
        <source>The log has the details.</source>
        <translation>详情见日志。</translation>
    </message>
    <message>
        <source>Today %1</source>
        <translation>今天 %1</translation>
    </message>
    <message>
        <source>Yesterday %1</source>
        <translation>昨天 %1</translation>
    </message>
    <message>
        <source>d MMM</source>
        <comment>QLocale date pattern, this year</comment>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <comment>QLocale date pattern</comment>
        <translation>yyyy年M月d日</translation>
    </message>
</context>
</TS>

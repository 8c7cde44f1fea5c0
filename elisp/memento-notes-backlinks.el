;;; memento-notes-backlinks.el --- What leads to the note at point  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-notes-backlinks' shows beside a note the places that link to it, each with the lines around it, and follows
;; point from note to note.  What links to a ref of the note comes after, and on a key the texts that have its name without
;; a link.

;;; Code:

(require 'memento-notes)
(require 'text-property-search)

(declare-function memento-core-notes-backlinks "ext:memento-core")
(declare-function memento-core-notes-with-id "ext:memento-core")
(declare-function memento--evil-buffer "memento-evil")

;;;; Customization

(defcustom memento-notes-backlinks-side 'right
  "The side of the frame that the backlinks are shown at."
  :group 'memento-notes
  :type '(choice (const right) (const left) (const bottom)))

(defcustom memento-notes-backlinks-size 0.35
  "How much of the frame the backlinks take: a part of it, or columns or lines."
  :group 'memento-notes
  :type '(choice (float :tag "Part of the frame") (natnum :tag "Columns or lines")))

(defcustom memento-notes-backlinks-delay 0.2
  "Seconds without a key before the backlinks follow point."
  :group 'memento-notes
  :type 'number)

(defcustom memento-notes-backlinks-limit 200
  "How many places of each kind are shown at most."
  :group 'memento-notes
  :type 'natnum)

(defface memento-notes-section '((t :inherit (bold font-lock-keyword-face)))
  "Face of the headings among the backlinks."
  :group 'memento-notes)

(defface memento-notes-title '((t :inherit bold))
  "Face of the title of a note that leads here."
  :group 'memento-notes)

(defface memento-notes-link-here '((t :inherit (bold link)))
  "Face of the very link that leads here."
  :group 'memento-notes)

;;;; Internal variables

(defconst memento--backlinks-buffer "*memento backlinks*"
  "The name of the buffer with the backlinks.")

(defvar memento--backlinks-timer nil
  "The idle timer that follows point, or nil.")

(defvar-local memento--backlinks-id nil
  "The ID of the node that is shown, or nil.")

(defvar-local memento--backlinks-unlinked nil
  "Non-nil if unlinked references are shown.")

(defvar-local memento--backlinks-windows nil
  "What the windows were before: (CONFIGURATION . LAYOUT).")

;;;; Text

(defun memento--backlinks-context (context id)
  "Return CONTEXT, a piece of Org, with the description in the place of a link.
That of the node ID stands out."
  (with-temp-buffer
    (insert context)
    (goto-char (point-min))
    (while (re-search-forward "\\[\\[\\([^][]+\\)\\]\\(?:\\[\\([^][]+\\)\\]\\)?\\]" nil t)
      (let ((face (if (equal (match-string 1) (concat "id:" id)) 'memento-notes-link-here 'link))
            (text (or (match-string 2) (match-string 1))))
        (replace-match (propertize text 'face face) t t)))
    ;; The window is narrower than the file: lines go on, save those of lists, tables and keywords.
    (goto-char (point-min))
    (while (re-search-forward "\n[ \t]*\\([^][ \t\n*+|#:0-9-]\\)" nil t)
      (replace-match " \\1"))
    (goto-char (point-min))
    (when (looking-at "\\*+ ")
      (add-face-text-property (point) (line-end-position) 'memento-notes-title t))
    (buffer-string)))

(defun memento--backlinks-insert-entry (entry id)
  "Insert ENTRY, a place that leads to the node ID."
  (let ((start (point)))
    (insert (propertize (string-join (cons (plist-get entry :name) (plist-get entry :link-path)) " › ")
                        'face 'memento-notes-title))
    (when-let ((path (plist-get entry :path)))
      (insert (propertize (concat "  " (string-join path " › ")) 'face 'memento-notes-file)))
    (when (plist-get entry :public)
      (insert "  " (propertize "PUBLIC" 'face 'memento-notes-public)))
    (insert "\n")
    (let ((text (point)))
      (insert (memento--backlinks-context (plist-get entry :context) id) "\n")
      (add-text-properties text (point) '(line-prefix "  " wrap-prefix "  ")))
    (put-text-property start (point) 'memento-place entry)
    (insert "\n")))

(defun memento--backlinks-insert-section (title entries id)
  "Insert the section TITLE with ENTRIES about the node ID."
  (when entries
    (insert (propertize (format "%s (%d)" title (length entries)) 'face 'memento-notes-section) "\n\n")
    (dolist (entry entries)
      (memento--backlinks-insert-entry entry id))))

(defun memento--backlinks-insert (id)
  "Insert what leads to the node ID."
  (let* ((find (lambda (kind)
                 (memento--call #'memento-core-notes-backlinks id kind memento-notes-backlinks-limit)))
         (links (funcall find "links"))
         (refs (funcall find "refs"))
         (unlinked (and memento--backlinks-unlinked (funcall find "unlinked"))))
    (unless (or links refs unlinked)
      (insert "Nothing leads here yet.\n\n"
              (substitute-command-keys "\\[memento-notes-insert] in another note links to this one.\n\n")))
    (memento--backlinks-insert-section "Backlinks" links id)
    (memento--backlinks-insert-section "References to its sources" refs id)
    (memento--backlinks-insert-section "Its name without a link" unlinked id)
    (insert (propertize
             (substitute-command-keys
              (concat "\\<memento-notes-backlinks-mode-map>\\[memento-notes-backlinks-unlinked] "
                      (cond
                       ((not memento--backlinks-unlinked) "shows its name without a link")
                       (unlinked "hides those without a link")
                       (t "asks no more: its name stands nowhere without a link"))))
             'face 'shadow)
            "\n")))

(defun memento--backlinks-fill (id)
  "Show what leads to the node ID; nil means that point is in no note."
  (with-current-buffer (get-buffer-create memento--backlinks-buffer)
    (let* ((inhibit-read-only t)
           (same (equal id memento--backlinks-id))
           (line (line-number-at-pos))
           (node (and id (car (memento--call #'memento-core-notes-with-id id)))))
      (setq memento--backlinks-id id)
      (setq header-line-format
            (string-replace "%" "%%"
                            (concat " " (propertize (if node (plist-get node :name) "No note") 'face 'bold)
                                    (and (plist-get node :public)
                                         (concat "  " (propertize "PUBLIC" 'face 'memento-notes-public))))))
      (erase-buffer)
      (cond
       (node (memento--backlinks-insert id))
       (id (insert "This note is not in the index yet: save it.\n"))
       (t (insert "Point is in no note: a note has an ID, of the\nfile or of a headline.\n")))
      (set-buffer-modified-p nil)
      (goto-char (point-min))
      (when same
        (forward-line (1- line)))
      (dolist (window (get-buffer-window-list nil nil t))
        (set-window-point window (point))
        (unless same
          (set-window-start window (point-min)))))))

;;;; Following

(defun memento--backlinks-window ()
  "Return the window of the backlinks in this frame, or nil."
  (get-buffer-window memento--backlinks-buffer))

(defun memento--backlinks-here ()
  "Return the ID of the node in the selected window.
Return t where that is not an Org file: what is shown stays."
  (with-current-buffer (window-buffer)
    (if (and (derived-mode-p 'org-mode) buffer-file-name)
        (car (memento--notes-node-at-point))
      t)))

(defun memento--backlinks-follow ()
  "Show what leads to the node that point is in now, if that is another one."
  (cond
   ((not (get-buffer-window memento--backlinks-buffer t))
    (memento--backlinks-stop))
   ((memento--backlinks-window)
    (with-demoted-errors "memento: %S"
      (let ((id (memento--backlinks-here)))
        (unless (or (eq id t)
                    (equal id (buffer-local-value 'memento--backlinks-id (get-buffer memento--backlinks-buffer))))
          (memento--backlinks-fill id)))))))

(defun memento--backlinks-start ()
  "Follow point from now on."
  (memento--backlinks-stop)
  (setq memento--backlinks-timer
        (run-with-idle-timer memento-notes-backlinks-delay t #'memento--backlinks-follow)))

(defun memento--backlinks-stop ()
  "Follow point no more."
  (when memento--backlinks-timer
    (cancel-timer memento--backlinks-timer)
    (setq memento--backlinks-timer nil)))

(defun memento--backlinks-changed ()
  "Look again after the index has changed, if the backlinks are displayed."
  (when (get-buffer-window memento--backlinks-buffer t)
    (with-demoted-errors "memento: %S"
      (memento--backlinks-fill (buffer-local-value 'memento--backlinks-id (get-buffer memento--backlinks-buffer))))))

(add-hook 'memento-notes-changed-hook #'memento--backlinks-changed)

;;;; Windows

(defun memento--backlinks-layout ()
  "Return the windows of this frame with their buffers, but not the backlinks."
  (mapcan (lambda (window)
            (unless (equal (buffer-name (window-buffer window)) memento--backlinks-buffer)
              (list (cons window (window-buffer window)))))
          (window-list nil 'no-minibuffer)))

(defun memento--backlinks-edges ()
  "Return the edges of all windows of this frame."
  (mapcar #'window-edges (window-list nil 'no-minibuffer)))

(defun memento--backlinks-restore (saved)
  "Give the windows the sizes they had, if they are those of SAVED.
Taking a window away does not always give each neighbour what it had."
  (pcase-let ((`(,configuration ,layout . ,edges) saved))
    (when (and (null (seq-difference layout (memento--backlinks-layout)))
               (= (length layout) (length (memento--backlinks-layout)))
               (not (equal edges (memento--backlinks-edges))))
      (let ((selected (selected-window))
            (places (mapcar (lambda (pair)
                              (list (car pair) (window-point (car pair)) (window-start (car pair))))
                            layout)))
        (set-window-configuration configuration)
        (pcase-dolist (`(,window ,point ,start) places)
          (set-window-point window point)
          (set-window-start window start t))
        (select-window selected)))))

(defun memento-notes-backlinks-quit ()
  "Close the backlinks; the windows are as they were before."
  (interactive)
  (memento--backlinks-stop)
  (when-let ((window (memento--backlinks-window)))
    (let ((saved (buffer-local-value 'memento--backlinks-windows (window-buffer window)))
          (main (if (eq window (selected-window)) (get-mru-window nil nil t) (selected-window))))
      (if (not (window-deletable-p window))
          (quit-window nil window)
        (delete-window window)
        (when (window-live-p main)
          (select-window main))
        (when saved
          (memento--backlinks-restore saved))))))

;;;; The mode

(defvar memento-notes-backlinks-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'memento-notes-backlinks-visit)
    (define-key map (kbd "o") #'memento-notes-backlinks-show)
    (define-key map (kbd "n") #'memento-notes-backlinks-next)
    (define-key map (kbd "p") #'memento-notes-backlinks-previous)
    (define-key map (kbd "u") #'memento-notes-backlinks-unlinked)
    (define-key map (kbd "q") #'memento-notes-backlinks-quit)
    map)
  "Keys of the backlinks.")

(define-derived-mode memento-notes-backlinks-mode special-mode "Backlinks"
  "Mode of the backlinks of the note at point.
\\<memento-notes-backlinks-mode-map>
\\[memento-notes-backlinks-visit]	visit the place
\\[memento-notes-backlinks-show]	show it, and stay here
\\[memento-notes-backlinks-next], \\[memento-notes-backlinks-previous]	the next place, the previous one
\\[memento-notes-backlinks-unlinked]	show or hide where the note's name stands without a link
\\[revert-buffer]	look again
\\[memento-notes-backlinks-quit]	close

\\{memento-notes-backlinks-mode-map}"
  (setq truncate-lines nil
        word-wrap t)
  (setq-local truncate-partial-width-windows nil)
  (setq-local revert-buffer-function #'memento--backlinks-revert)
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-buffer 'memento-notes-backlinks-mode memento-notes-backlinks-mode-map
                          '("RET" "o" "n" "p" "u" "q"))))

(defun memento--backlinks-revert (&rest _)
  "Look again at the notes; for `revert-buffer-function'."
  (memento--with-user-errors
    (memento--notes-sync)
    (memento--backlinks-fill memento--backlinks-id)))

(defun memento--backlinks-entry ()
  "Return the place that point is at, or signal a `user-error'."
  (or (get-text-property (point) 'memento-place)
      (user-error "No place here: n goes to the next one")))

(defun memento-notes-backlinks-visit ()
  "Visit the place at point, in the window of the notes."
  (interactive)
  (let ((entry (memento--backlinks-entry)))
    (when-let ((window (get-mru-window nil nil t)))
      (select-window window))
    (memento--with-user-errors
      (memento--notes-visit (plist-get entry :file) (plist-get entry :link-line)
                            (car (split-string (plist-get entry :context) "\n"))))))

(defun memento-notes-backlinks-show ()
  "Show the place at point in the window of the notes, and stay here."
  (interactive)
  (save-selected-window
    (memento-notes-backlinks-visit)))

(defun memento--backlinks-starts ()
  "Return where the places start, in order."
  (let (starts match)
    (save-excursion
      (goto-char (point-min))
      (while (setq match (text-property-search-forward 'memento-place))
        (push (prop-match-beginning match) starts)))
    (nreverse starts)))

(defun memento-notes-backlinks-next (n)
  "Go to the Nth place after this one."
  (interactive "p")
  (let* ((starts (memento--backlinks-starts))
         (ahead (if (> n 0)
                    (seq-filter (lambda (start) (> start (point))) starts)
                  ;; Within a place its own start is not the previous one.
                  (let ((here (seq-find (lambda (start) (<= start (point))) (reverse starts))))
                    (nreverse (seq-filter (lambda (start)
                                            (and (< start (point))
                                                 (not (and (eq start here) (get-text-property (point) 'memento-place)))))
                                          starts))))))
    (goto-char (or (nth (1- (abs n)) ahead)
                   (user-error "No %s place" (if (> n 0) "further" "earlier"))))))

(defun memento-notes-backlinks-previous (n)
  "Go to the Nth place before this one."
  (interactive "p")
  (memento-notes-backlinks-next (- n)))

(defun memento-notes-backlinks-unlinked ()
  "Show or hide where the note's name stands in other notes without a link."
  (interactive)
  (setq memento--backlinks-unlinked (not memento--backlinks-unlinked))
  (memento--with-user-errors
    (memento--backlinks-fill memento--backlinks-id)))

;;;; The command

;;;###autoload
(defun memento-notes-backlinks ()
  "Show beside the note at point what leads to it, and follow point.
Where that is shown already go there, and from there close it."
  (interactive)
  (let ((window (memento--backlinks-window)))
    (cond
     ((null window)
      (memento--with-user-errors
        (memento--notes-sync)
        (memento--backlinks-open)))
     ((eq window (selected-window)) (memento-notes-backlinks-quit))
     (t (select-window window)))))

(defun memento--backlinks-open ()
  "Show the backlinks at the side of the frame."
  (let ((id (memento--backlinks-here))
        (saved (cons (current-window-configuration)
                     (cons (memento--backlinks-layout) (memento--backlinks-edges))))
        (upright (not (eq memento-notes-backlinks-side 'bottom))))
    (when (eq id t)
      (user-error "This is no Org file: visit a note (M-x memento-notes-find), then ask what leads to it"))
    (with-current-buffer (get-buffer-create memento--backlinks-buffer)
      (unless (derived-mode-p 'memento-notes-backlinks-mode)
        (memento-notes-backlinks-mode))
      (setq memento--backlinks-windows saved))
    (memento--backlinks-fill id)
    (display-buffer-in-side-window
     (get-buffer memento--backlinks-buffer)
     `((side . ,memento-notes-backlinks-side)
       (,(if upright 'window-width 'window-height) . ,memento-notes-backlinks-size)))
    (memento--backlinks-start)))

(provide 'memento-notes-backlinks)
;;; memento-notes-backlinks.el ends here
